//! Prints what was measured: Markdown tables, or one CSV.

use crate::case::{Mark, library};
use crate::figures::Figured;
use crate::hot::Hot;
use crate::measure::Figures;
use crate::scrape::ScrapeCase;
use crate::table::{Table, figure, times};
use crate::targets::Target;

pub(crate) fn print_tables(
    hot: &Hot,
    scrapes: &[ScrapeCase],
    figured: &[Figured],
    targets: &[Target],
) {
    print_hot(hot);
    print_scrapes(scrapes);
    print_figured(figured);
    print_best_peers(hot, scrapes);
    print_targets(targets);
}

fn print_hot(hot: &Hot) {
    let mut table = Table::new([
        "row",
        "library",
        "idiom",
        "ns, one thread",
        "ns, two threads",
        "to ours",
        "to the limit",
    ]);
    for (case, Figures { one, two }) in hot.all() {
        let to = |other: Option<Figures>| times(other.map_or(f64::NAN, |other| one / other.one));
        table.push([
            case.row.to_owned(),
            case.library.to_owned(),
            case.marked_idiom(),
            figure(*one),
            figure(*two),
            to(hot.ours(case.row)),
            to(hot.limit(case.row)),
        ]);
    }
    table.print("Updates");
    if !hot.all().is_empty() {
        print_marks();
        print_doubt(hot);
    }
}

/// A plain add shares nothing: if two threads are slower at it, they did not run at the same time.
fn print_doubt(hot: &Hot) {
    let slowed = |limit: &Figures| limit.two / limit.one;
    let rows = hot.rows().into_iter();
    let doubtful = rows.filter(|row| hot.limit(row).is_some_and(|limit| slowed(&limit) > 1.5));
    print_distrust("two threads", doubtful.collect());
}

fn print_marks() {
    println!("\nNever the best peer, because not like for like:");
    for mark in Mark::ALL {
        println!("- {} {}", mark.sign(), mark.meaning());
    }
}

fn print_scrapes(scrapes: &[ScrapeCase]) {
    let mut table = Table::new([
        "row",
        "library",
        "idiom",
        "rounds",
        "ms",
        "ns a line",
        "to ours",
        "to the limit",
        "peak MiB above the registry",
        "bytes a series",
        "registration, ns a series",
        "writer, ns idle",
        "ns while scraped",
        "longest stall, µs",
    ]);
    for case in scrapes {
        let figures = &case.scraped;
        let to = |library| {
            let other = first(scrapes, case.row, library);
            times(other.map_or(f64::NAN, |other| {
                figures.milliseconds / other.scraped.milliseconds
            }))
        };
        table.push([
            case.row.to_owned(),
            case.library.to_owned(),
            case.idiom.to_owned(),
            format!("{:.0}", figures.rounds),
            figure(figures.milliseconds),
            figure(figures.nanoseconds_a_line()),
            to(library::OURS),
            to(library::LIMIT),
            figure(figures.peak_mib),
            figure(figures.bytes_a_series),
            figure(figures.registration),
            figure(figures.writer_idle),
            figure(figures.writer_scraping),
            figure(figures.stall),
        ]);
    }
    table.print("Scrapes");
    print_writers_doubt(scrapes);
}

/// The writer of the limit has nothing in common with what is copied: if it is slower meanwhile, they did not run at
/// the same time.
fn print_writers_doubt(scrapes: &[ScrapeCase]) {
    let limits = scrapes.iter().filter(|case| case.library == library::LIMIT);
    let slowed = |case: &ScrapeCase| case.scraped.writer_scraping / case.scraped.writer_idle;
    let doubtful = limits
        .filter(|case| slowed(case) > 1.5)
        .map(|case| case.row);
    print_distrust("writers", doubtful.collect());
}

fn print_figured(figured: &[Figured]) {
    let mut table = Table::new(["row", "what", "figure"]);
    for Figured { row, figures } in figured {
        for (name, value) in figures {
            table.push([(*row).to_owned(), (*name).to_owned(), figure(*value)]);
        }
    }
    table.print("The stream, and derived values");
}

fn print_distrust(of: &str, rows: Vec<&str>) {
    if !rows.is_empty() {
        println!("\nDo not trust the figures of {of} in these rows, as something else had a core:");
        println!("{}", rows.join("; "));
    }
}

/// A library's first case in a row.
pub(crate) fn first<'s>(
    scrapes: &'s [ScrapeCase],
    row: &str,
    library: &str,
) -> Option<&'s ScrapeCase> {
    let mut cases = scrapes.iter();
    cases.find(|case| case.row == row && case.library == library)
}

/// Ours beside the limit and the best peer, a line a row and number of threads.
fn print_best_peers(hot: &Hot, scrapes: &[ScrapeCase]) {
    let mut table = Table::new([
        "row",
        "ours",
        "limit",
        "ours to the limit",
        "best peer",
        "its figure",
        "best peer to ours",
    ]);
    let mut push = |row: String, ours: f64, limit: f64, peer: String, theirs: f64| {
        table.push([
            row,
            figure(ours),
            figure(limit),
            times(ours / limit),
            peer,
            figure(theirs),
            times(theirs / ours),
        ]);
    };
    for row in hot.rows() {
        type By = fn(&Figures) -> f64;
        let threads: [(&str, By); 2] = [("one", |f| f.one), ("two", |f| f.two)];
        for (name, by) in threads {
            let best = hot.best_peer(row, by);
            if let (Some(ours), Some(limit), Some((peer, theirs))) =
                (hot.ours(row), hot.limit(row), best)
            {
                let row = format!("{row}; ns, threads: {name}");
                let peer = format!("{}: {}", peer.library, peer.idiom);
                push(row, by(&ours), by(&limit), peer, by(theirs));
            }
        }
    }
    let mut rows: Vec<_> = scrapes.iter().map(|case| case.row).collect();
    rows.dedup();
    for row in rows {
        let ms = |case: &ScrapeCase| case.scraped.milliseconds;
        let ours = first(scrapes, row, library::OURS);
        let limit = first(scrapes, row, library::LIMIT);
        if let (Some(ours), Some(limit), Some(peer)) = (ours, limit, best_scrape(scrapes, row)) {
            let row = format!("{row}; ms");
            let name = format!("{}: {}", peer.library, peer.idiom);
            push(row, ms(ours), ms(limit), name, ms(peer));
        }
    }
    table.print("Ours, the limit and the best peer");
}

/// The peer that scrapes fastest.
fn best_scrape<'s>(scrapes: &'s [ScrapeCase], row: &str) -> Option<&'s ScrapeCase> {
    let of_row = scrapes.iter().filter(|case| case.row == row);
    let peers = of_row.filter(|case| ![library::OURS, library::LIMIT].contains(&case.library));
    let ms = |case: &ScrapeCase| case.scraped.milliseconds;
    peers.min_by(|one, other| ms(one).total_cmp(&ms(other)))
}

fn print_targets(targets: &[Target]) {
    let mut table = Table::new(["target", "measured", ""]);
    for target in targets {
        table.push([
            target.text.clone(),
            target.measured.clone(),
            target.verdict().to_owned(),
        ]);
    }
    table.print("Targets");
}

/// One line a figure, so that all rows have the same columns.
pub(crate) fn print_csv(
    hot: &Hot,
    scrapes: &[ScrapeCase],
    figured: &[Figured],
    targets: &[Target],
) {
    println!("row,library,idiom,mark,measure,value");
    for (case, Figures { one, two }) in hot.all() {
        let mark = case.mark.map_or(String::new(), |mark| format!("{mark:?}"));
        let named = [("ns_one_thread", one), ("ns_two_threads", two)];
        for (measure, value) in named {
            let names = [case.row, case.library, case.idiom, &mark].map(quoted);
            println!("{},{measure},{value:.3}", names.join(","));
        }
    }
    for case in scrapes {
        let measured = case.scraped.named().into_iter();
        for (measure, value) in measured.filter(|(_, value)| !value.is_nan()) {
            let names = [case.row, case.library, case.idiom, ""].map(quoted);
            println!("{},{measure},{value:.3}", names.join(","));
        }
    }
    for Figured { row, figures } in figured {
        for (name, value) in figures.iter().filter(|(_, value)| !value.is_nan()) {
            let names = [row, library::OURS, "", ""].map(quoted);
            println!("{},{},{value:.3}", names.join(","), quoted(name));
        }
    }
    for target in targets {
        let names = ["target", library::OURS, &target.text, ""].map(quoted);
        let verdict = format!("{}; {}", target.measured, target.verdict());
        println!("{},verdict,{}", names.join(","), quoted(&verdict));
    }
}

/// A text as CSV has it.
pub(crate) fn quoted(text: &str) -> String {
    if text.contains([',', '"']) {
        format!("\"{}\"", text.replace('"', "\"\""))
    } else {
        text.to_owned()
    }
}
