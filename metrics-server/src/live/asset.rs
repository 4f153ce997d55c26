//! The files of the page: embedded, compressed when a client first wants them so, and kept.
//! `mod` answers with them; a file that is not in the table here is not served.

use std::io::Write;
use std::sync::{LazyLock, OnceLock};

use bytes::Bytes;

use crate::compress::Compressed;
use crate::negotiate::Coding;

/// A file as it is served.
pub(super) struct Asset {
    content_type: &'static str,
    plain: Bytes,
    tag: String,
    #[cfg(feature = "zstd")]
    zstd: OnceLock<Written>,
    gzip: OnceLock<Written>,
}

/// The bytes of a file, and how they are coded.
#[derive(Clone)]
pub(super) struct Written {
    pub(super) coding: Coding,
    pub(super) bytes: Bytes,
}

const HTML: &str = "text/html; charset=utf-8";
const SCRIPT: &str = "text/javascript; charset=utf-8";
const STYLE: &str = "text/css; charset=utf-8";
const PICTURE: &str = "image/svg+xml";
const TEXT: &str = "text/plain; charset=utf-8";

const INDEX: &str = include_str!("page/index.html");

/// What the page loads, by its name in the address, which is the name of the file too.
macro_rules! files {
    ($($name:literal $path:literal $content_type:ident,)*) => {
        [$(($name, include_bytes!(concat!("page/", $path)).as_slice(), $content_type),)*]
    };
}

static FILES: LazyLock<Vec<(&str, Asset)>> = LazyLock::new(|| {
    let files = files![
        "base.css" "base.css" STYLE,
        "head.css" "head.css" STYLE,
        "page.css" "page.css" STYLE,
        "panel.css" "panel.css" STYLE,
        "legend.css" "legend.css" STYLE,
        "drawer.css" "drawer.css" STYLE,
        "icon.svg" "icon.svg" PICTURE,
        "axis.js" "axis.js" SCRIPT,
        "charts.js" "charts.js" SCRIPT,
        "connection.js" "connection.js" SCRIPT,
        "derive.js" "derive.js" SCRIPT,
        "dom.js" "dom.js" SCRIPT,
        "drawer.js" "drawer.js" SCRIPT,
        "events.js" "events.js" SCRIPT,
        "format.js" "format.js" SCRIPT,
        "header.js" "header.js" SCRIPT,
        "heatmap.js" "heatmap.js" SCRIPT,
        "key.js" "key.js" SCRIPT,
        "legend.js" "legend.js" SCRIPT,
        "main.js" "main.js" SCRIPT,
        "painter.js" "painter.js" SCRIPT,
        "panel.js" "panel.js" SCRIPT,
        "promql.js" "promql.js" SCRIPT,
        "protocol.js" "protocol.js" SCRIPT,
        "ring.js" "ring.js" SCRIPT,
        "search.js" "search.js" SCRIPT,
        "sections.js" "sections.js" SCRIPT,
        "store.js" "store.js" SCRIPT,
        "summary.js" "summary.js" SCRIPT,
        "table.js" "table.js" SCRIPT,
        "theme.js" "theme.js" SCRIPT,
        "tip.js" "tip.js" SCRIPT,
        "view.js" "view.js" SCRIPT,
        "uPlot.js" "vendor/uplot/uPlot.iife.min.js" SCRIPT,
        "uPlot.css" "vendor/uplot/uPlot.min.css" STYLE,
        "uPlot-LICENSE.txt" "vendor/uplot/LICENSE" TEXT,
    ];
    let files = files.into_iter();
    files
        .map(|(name, bytes, content_type)| {
            let bytes = Bytes::from_static(bytes);
            (name, Asset::new(content_type, bytes))
        })
        .collect()
});

/// A file of the page.
pub(super) fn file(name: &str) -> Option<&'static Asset> {
    let found = FILES.iter().find(|(of, _)| *of == name)?;
    Some(&found.1)
}

/// The page, which looks for its files in `live/` beside itself.
pub(super) fn page() -> &'static Asset {
    static PAGE: LazyLock<Asset> =
        LazyLock::new(|| Asset::new(HTML, Bytes::from_static(INDEX.as_bytes())));
    &PAGE
}

/// The page at the root, which looks for them below `/metrics`.
pub(super) fn page_at_root() -> &'static Asset {
    static PAGE: LazyLock<Asset> =
        LazyLock::new(|| Asset::new(HTML, INDEX.replace("\"live/", "\"metrics/live/").into()));
    &PAGE
}

impl Asset {
    fn new(content_type: &'static str, plain: Bytes) -> Self {
        Self {
            content_type,
            tag: tag(&plain),
            plain,
            #[cfg(feature = "zstd")]
            zstd: OnceLock::new(),
            gzip: OnceLock::new(),
        }
    }

    pub(super) fn content_type(&self) -> &'static str {
        self.content_type
    }

    /// What changes with the bytes.
    pub(super) fn tag(&self) -> &str {
        &self.tag
    }

    /// The bytes in this coding; as they are, if they cannot be compressed.
    pub(super) fn written(&self, coding: Coding) -> Written {
        let kept = match coding {
            #[cfg(feature = "zstd")]
            Coding::Zstd => &self.zstd,
            Coding::Gzip => &self.gzip,
            Coding::Identity => return self.plain(),
        };
        let compressed = || compressed(coding, &self.plain).unwrap_or_else(|| self.plain());
        kept.get_or_init(compressed).clone()
    }

    fn plain(&self) -> Written {
        Written {
            coding: Coding::Identity,
            bytes: self.plain.clone(),
        }
    }
}

fn compressed(coding: Coding, plain: &[u8]) -> Option<Written> {
    let mut out = Compressed::new(coding, Vec::new()).ok()?;
    out.write_all(plain).ok()?;
    let bytes = out.finish().ok()?.into();
    Some(Written { coding, bytes })
}

/// A hash that is the same in every process of one build, so that a restart is no reason to load the page again.
fn tag(bytes: &[u8]) -> String {
    // FNV-1a: nobody who could choose the bytes would gain by two of one hash
    let hash = bytes.iter().fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
        (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3)
    });
    format!("{hash:016x}")
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Every file in `live/` that these scripts, styles and pages name.
    fn named(text: &str) -> impl Iterator<Item = &str> {
        let quoted = text.split(['"', '\'']);
        let names =
            quoted.filter_map(|text| text.strip_prefix("live/").or(text.strip_prefix("./")));
        // the way to the JSON is no file of the page
        names.filter(|name| !name.starts_with("../"))
    }

    #[test]
    fn every_file_that_the_page_names_is_served() {
        let scripts = FILES
            .iter()
            .filter(|(_, asset)| asset.content_type == SCRIPT);
        let texts = scripts.map(|(_, asset)| asset.plain.clone());
        let texts = texts.chain([Bytes::from_static(INDEX.as_bytes())]);
        let mut count = 0;
        for text in texts {
            for name in named(std::str::from_utf8(&text).expect("text")) {
                assert!(file(name).is_some(), "{name}");
                count += 1;
            }
        }
        assert!(count > FILES.len() / 2, "{count}");
    }

    #[test]
    fn nothing_is_inline_and_nothing_is_absolute() {
        for wrong in [
            "<style", "style=", "onclick", "onload", "\"/", "http:", "https:",
        ] {
            assert!(!INDEX.contains(wrong), "{wrong}");
        }
        let scripts = INDEX.matches("<script").count();
        assert_eq!(
            INDEX.matches("<script src=\"live/").count()
                + INDEX.matches("<script type=\"module\" src=\"live/").count(),
            scripts
        );
    }

    #[test]
    fn a_coding_is_the_same_file_in_fewer_bytes() {
        let script = file("uPlot.js").expect("a file");
        let gzip = script.written(Coding::Gzip);
        assert_eq!(gzip.coding, Coding::Gzip);
        assert!(gzip.bytes.len() * 3 < script.plain.len() * 2);
        assert_eq!(script.written(Coding::Identity).bytes, script.plain);
    }
}
