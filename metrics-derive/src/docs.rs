//! Help texts: the first paragraph of a doc comment, in one line.
//! Used for metrics and for sets of them.

use syn::{Attribute, Expr, ExprLit, Lit, Meta};

/// The first paragraph of the doc comment among `attrs`; empty if there is none.
pub(crate) fn help(attrs: &[Attribute]) -> String {
    let text: Vec<String> = attrs.iter().filter_map(doc_text).collect();
    first_paragraph(&text.join("\n"))
}

/// What of the doc comment among `attrs` only the compiler can read: the value of `#[doc = concat!(…)]`.
pub(crate) fn unread(attrs: &[Attribute]) -> Option<&Expr> {
    attrs.iter().find_map(|attr| match &attr.meta {
        Meta::NameValue(meta) if meta.path.is_ident("doc") => {
            Some(&meta.value).filter(|_| doc_text(attr).is_none())
        }
        _ => None,
    })
}

fn doc_text(attr: &Attribute) -> Option<String> {
    match &attr.meta {
        Meta::NameValue(meta) if meta.path.is_ident("doc") => match &meta.value {
            Expr::Lit(ExprLit {
                lit: Lit::Str(text),
                ..
            }) => Some(text.value()),
            _ => None,
        },
        _ => None,
    }
}

fn first_paragraph(text: &str) -> String {
    // a `/** … */` comment may begin its lines with a star
    let lines = text.lines().map(|line| {
        let line = line.trim();
        line.strip_prefix("* ").map_or(line, str::trim_start)
    });
    let paragraph: Vec<&str> = lines
        .skip_while(|line| line.is_empty())
        .take_while(|line| !line.is_empty())
        .collect();
    paragraph.join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use syn::parse_quote;

    #[test]
    fn the_first_paragraph_becomes_one_line() {
        let attrs: Vec<Attribute> = vec![
            parse_quote!(#[doc = " Requests"]),
            parse_quote!(#[inline]),
            parse_quote!(#[doc = "   by provider."]),
            parse_quote!(#[doc = ""]),
            parse_quote!(#[doc = " More."]),
        ];
        assert_eq!(help(&attrs), "Requests by provider.");
        assert_eq!(
            help(&[parse_quote!(#[doc = "\n * In a block,\n * two lines.\n "])]),
            "In a block, two lines."
        );
        assert_eq!(help(&[parse_quote!(#[doc(hidden)])]), "");
    }
}
