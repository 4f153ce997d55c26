//! What is read is printed, by `metrics_core`, with the same meaning: read again, it is the same tree.

use metrics_core::promql as constant;
use proptest::prelude::*;

use super::amount::{length, number};
use super::parser::parse;
use super::value::value;
use super::{Own, read};

const SECONDS: Own<'static> = Own {
    unit: "seconds",
    native_alone: false,
};

fn tree(text: &str) -> constant::Promql {
    match parse(text, SECONDS) {
        Ok(expr) => value(&expr),
        Err(mistake) => panic!("{}", mistake.in_text(text)),
    }
}

fn printed(text: &str) -> String {
    tree(text).of("$self").to_string()
}

#[test]
fn expressions_are_printed_as_everybody_writes_them() {
    for (written, expected) in [
        ("==0", "$self == 0"),
        ("up==1 or up", "up == 1 or up"),
        ("- -5 + +$self", "5 + $self"),
        ("2^3^$self", "2 ^ 3 ^ $self"),
        ("(2^3)^$self", "(2 ^ 3) ^ $self"),
        ("-$self^2", "-$self ^ 2"),
        ("(-$self)^2", "(-$self) ^ 2"),
        ("-2^-$self", "-2 ^ -$self"),
        ("a-b-c", "a - b - c"),
        ("a-(b-c)", "a - (b - c)"),
        (
            "1-avg[5m]",
            "1 - sum by (namespace, job) (rate($self_sum[5m])) / sum by (namespace, job) (rate($self_count[5m]))",
        ),
        ("sum(a)by(b,c,)", "sum by (b, c) (a)"),
        ("sum without()(a)", "sum without () (a)"),
        ("a*on(b)group_left c", "a * on (b) group_left () c"),
        ("a{b='c\"',d=~`\\d`}", r#"a{b="c\"", d=~"\\d"}"#),
        ("a{le='1'}", r#"a{le="1"}"#),
        ("a_bucket{le!='1'}", r#"a_bucket{le!~"1|1[.]0"}"#),
        ("a:b[1h30m]offset 1d", "a:b[1h30m] offset 1d"),
        ("7 % 5", "7 % 5"),
        ("7%5", "7 % 5"),
        ("$self>99.9%", "$self > 0.999"),
        (
            "label_replace(a,'b','$1','c','(.*)')",
            r#"label_replace(a, "b", "$1", "c", "(.*)")"#,
        ),
    ] {
        assert_eq!(printed(written), expected, "{written}");
    }
}

/// The expression with all its operators in parentheses.
fn shape(tree: &constant::Promql) -> String {
    use constant::Promql;

    match tree {
        Promql::Group(of) => shape(of),
        Promql::Negative(of) => format!("(-{})", shape(of)),
        Promql::Binary {
            operator,
            left,
            right,
            ..
        } => format!("({} {operator} {})", shape(left), shape(right)),
        other => other.of("$self").to_string(),
    }
}

#[test]
fn operators_bind_as_prometheus_documents_it() {
    for (written, expected) in [
        ("a + b * c ^ d", "(a + (b * (c ^ d)))"),
        ("a * b + c", "((a * b) + c)"),
        ("a - b - c", "((a - b) - c)"),
        ("a / b % c * d", "(((a / b) % c) * d)"),
        ("a atan2 b + c", "((a atan2 b) + c)"),
        ("a ^ b ^ c", "(a ^ (b ^ c))"),
        ("-a ^ b * c", "((-(a ^ b)) * c)"),
        ("a ^ -b * c", "((a ^ (-b)) * c)"),
        ("a > b + c == d", "((a > (b + c)) == d)"),
        ("a > 1 and b < 2 or c", "(((a > 1) and (b < 2)) or c)"),
        ("a or b and c unless d", "(a or ((b and c) unless d))"),
        ("> 1 and a", "(($self > 1) and a)"),
    ] {
        assert_eq!(shape(&tree(written)), expected, "{written}");
    }
}

#[test]
fn numbers_are_in_the_unit_of_the_metric() {
    for (text, unit, expected) in [
        ("1000", "", 1000.0),
        (".5", "", 0.5),
        ("1e6", "", 1e6),
        ("1.5e-3", "", 0.0015),
        ("99.9%", "", 0.999),
        ("0.07%", "ratio", 0.0007),
        ("99.9%", "percent", 99.9),
        ("250ms", "seconds", 0.25),
        ("1.1ms", "seconds", 0.0011),
        ("250ms", "milliseconds", 250.0),
        ("1s", "milliseconds", 1000.0),
        ("1.5m", "seconds", 90.0),
        ("1h30m", "seconds", 5400.0),
        ("30us", "milliseconds", 0.03),
        ("64KiB", "bytes", 65536.0),
        ("1.5MB", "bytes", 1.5e6),
    ] {
        assert_eq!(number(text, unit), Ok(expected), "{text} in {unit}");
    }
    for (text, unit) in [
        ("1_000", ""),
        ("5.", ""),
        ("1.2.3", ""),
        ("1e", ""),
        ("250ms", ""),
        ("250ms", "bytes"),
        ("64KiB", "seconds"),
        ("5y", "seconds"),
        ("1hm", "seconds"),
    ] {
        assert!(number(text, unit).is_err(), "{text} in {unit}");
    }
}

#[test]
fn lengths_are_those_of_prometheus() {
    let millis = |text| length(text).map(|length| length.millis);
    for (text, expected) in [
        ("5m", 300_000),
        ("1h30m", 5_400_000),
        ("0s", 0),
        ("500ms", 500),
        ("1y2w3d", 33_004_800_000),
        ("292y", 9_208_512_000_000),
    ] {
        assert_eq!(millis(text), Some(expected), "{text}");
    }
    for text in [
        "",
        "5",
        "m",
        "1.5m",
        "5 m",
        "30m1h",
        "5m5m",
        "-5m",
        "1ms5s",
        "99999999999999y",
        "293y",
    ] {
        assert_eq!(millis(text), None, "{text}");
    }
}

/// Expressions that give numbers, and such that give series.
fn texts() -> impl Strategy<Value = String> {
    let series = prop::sample::select(vec![
        "$self",
        "foo",
        r#"$self{a="b\"\\\n", c!~'.*'}"#,
        "foo offset 5m",
        "rate($self_bucket{le='1'}[5m])",
        "avg[5m]",
        "p99.9[1h]",
        "irate[30s]",
        "vector(-1)",
        "absent(foo{a='b'})",
    ]);
    let number = prop::sample::select(vec!["5", "-2", "1e6", "99%", "250ms", "time()", "-pi()"]);
    let arithmetic = || prop::sample::select(vec!["+", "-", "*", "/", "%", "^", "atan2"]);
    let any = || {
        prop::sample::select(vec![
            " > ", "==", "!=", " <= ", "+", "-", "*", "/", " % ", "^", " > bool ",
        ])
    };
    let sets = || {
        prop::sample::select(vec![
            "and",
            "or",
            "unless",
            "and on (a)",
            "unless ignoring (a, b)",
        ])
    };
    let both = (
        series.prop_map(str::to_owned),
        number.prop_map(str::to_owned),
    );
    let grown = both.prop_recursive(6, 40, 4, move |inner| {
        let next = (inner.clone(), inner);
        let made = (next, any(), arithmetic(), sets(), 0..12_u8);
        made.prop_map(|(((a, n), (b, m)), any, arithmetic, set, which)| {
            let series = match which {
                0 => format!("{a}{any}{b}"),
                1 => format!("{a}{any}{n}"),
                2 => format!("{n}{any}({b})"),
                3 => format!("{a} {set} {b}"),
                4 => format!("sum by (a, le) ({a})"),
                5 => format!("max({a}) without (b)"),
                6 => format!("topk({n}, {b})"),
                7 => format!("({a})"),
                8 => format!("-{a}"),
                9 => format!("clamp({a}, {n}, {m})"),
                10 => format!("({a}) * on (a) group_left (c) ({b})"),
                _ => format!("{a} {arithmetic} {b}"),
            };
            let number = match which {
                0..3 => format!("{n} {arithmetic} {m}"),
                3..5 => format!("-{n}"),
                5..7 => format!("({m})"),
                _ => format!("scalar({a})"),
            };
            (series, number)
        })
    });
    grown.prop_map(|(series, _)| series)
}

proptest! {
    #[test]
    fn what_is_printed_reads_back_as_the_same(text in texts()) {
        let tree = tree(&text);
        let printed = tree.of("$self").to_string();
        prop_assert_eq!(self::tree(&printed), tree, "{}", printed);
    }

    #[test]
    fn no_text_stops_the_reader(text in ".{0,40}") {
        if let Err(mistake) = read(&text, SECONDS) {
            prop_assert!(!mistake.in_text(&text).is_empty());
        }
    }

    #[test]
    fn no_words_stop_the_reader(words in prop::collection::vec(prop::sample::select(vec![
        "$self", "rate", "sum", "by", "(", ")", "[", "]", "{", "}", "5m", "1", "%", ">", "==", "-", "^", "and", "on",
        "bool", "offset", ",", "=", "\"a\"", "p99", "avg", "group_left", "unless", "le", ":", "@",
    ]), 0..20)) {
        let text = words.join(" ");
        if let Err(mistake) = read(&text, SECONDS) {
            prop_assert!(!mistake.in_text(&text).is_empty());
        }
    }
}
