//! What a function returns, in the forms that its timed body needs it in, and where a future or a stream is in it.

use proc_macro2::{Delimiter, TokenStream, TokenTree};
use quote::quote;
use syn::punctuated::Punctuated;
use syn::visit_mut::{VisitMut, visit_type_mut};
use syn::{
    GenericArgument, PathArguments, PathSegment, ReturnType, Token, Type, TypeInfer,
    TypeParamBound, parse_quote,
};

use super::model::{Boxing, Returns};

impl Returns {
    pub(super) fn of(output: &ReturnType) -> Self {
        let ReturnType::Type(_, ty) = output else {
            return Self::Unit;
        };
        match peeled(ty) {
            Type::Never(_) => Self::Never,
            Type::Tuple(tuple) if tuple.elems.is_empty() => Self::Unit,
            Type::ImplTrait(_) => Self::Opaque,
            ty => Self::Value(Box::new(inferred(ty))),
        }
    }
}

/// A future or a stream that is returned: how, and what it comes to, if that is written.
pub(super) struct Lazy {
    pub(super) boxing: Boxing,
    pub(super) item: Option<Type>,
}

/// The future that is returned, if the type says so.
pub(super) fn future(output: &ReturnType) -> Option<Lazy> {
    let ReturnType::Type(_, ty) = output else {
        return None;
    };
    lazy(ty, "Future", "Output", ["BoxFuture", "LocalBoxFuture"])
}

/// The stream that is returned, and whether it is in a `Result`.
pub(super) fn stream(output: &ReturnType) -> Option<(Lazy, bool)> {
    let ReturnType::Type(_, ty) = output else {
        return None;
    };
    let stream = |ty| lazy(ty, "Stream", "Item", ["BoxStream", "LocalBoxStream"]);
    if let Some(found) = stream(ty) {
        return Some((found, false));
    }
    let inside = first_type(last_segment(ty).filter(|last| last.ident == "Result")?)?;
    Some((stream(inside)?, true))
}

/// Whether the type is a `Result` by its name.
pub(super) fn is_result(output: &ReturnType) -> bool {
    let ReturnType::Type(_, ty) = output else {
        return false;
    };
    last_segment(ty).is_some_and(|last| last.ident == "Result")
}

/// Whether the type, or that in a `Result`, may be a boxed stream under another name: a name of its own, alone or with
/// generics.
pub(super) fn may_be_another_name(output: &ReturnType) -> bool {
    const OTHERS: [&str; 21] = [
        "bool", "char", "f32", "f64", "i8", "i16", "i32", "i64", "i128", "isize", "u8", "u16",
        "u32", "u64", "u128", "usize", "String", "Vec", "Option", "Box", "Result",
    ];
    let ReturnType::Type(_, ty) = output else {
        return false;
    };
    let last = last_segment(ty);
    let inside = last.filter(|last| last.ident == "Result");
    let last = inside.map_or(last, |result| last_segment(first_type(result)?));
    last.is_some_and(|last| !OTHERS.iter().any(|other| last.ident == other))
}

fn lazy(ty: &Type, of_trait: &str, item: &str, boxed: [&str; 2]) -> Option<Lazy> {
    let found = |boxing, item: Option<&Type>| Lazy {
        boxing,
        item: item.map(inferred),
    };
    if let Type::ImplTrait(ty) = peeled(ty) {
        let segment = of(&ty.bounds, of_trait)?;
        return Some(found(Boxing::No, associated(segment, item)));
    }
    let last = last_segment(ty)?;
    if boxed.iter().any(|name| last.ident == name) {
        return Some(found(Boxing::Yes, last_type(last)));
    }
    let inside = first_type(Some(last).filter(|last| last.ident == "Pin")?)?;
    let inside = first_type(last_segment(inside).filter(|last| last.ident == "Box")?)?;
    let Type::TraitObject(ty) = peeled(inside) else {
        return None;
    };
    let segment = of(&ty.bounds, of_trait)?;
    Some(found(Boxing::Yes, associated(segment, item)))
}

/// A type that a `macro_rules` put in has invisible brackets around it.
fn peeled(ty: &Type) -> &Type {
    match ty {
        Type::Group(group) => peeled(&group.elem),
        Type::Paren(paren) => peeled(&paren.elem),
        ty => ty,
    }
}

fn last_segment(ty: &Type) -> Option<&PathSegment> {
    match peeled(ty) {
        Type::Path(path) => path.path.segments.last(),
        _ => None,
    }
}

fn of<'b>(
    bounds: &'b Punctuated<TypeParamBound, Token![+]>,
    of_trait: &str,
) -> Option<&'b PathSegment> {
    bounds.iter().find_map(|bound| match bound {
        TypeParamBound::Trait(bound) => {
            let last = bound.path.segments.last()?;
            (last.ident == of_trait).then_some(last)
        }
        _ => None,
    })
}

fn arguments(segment: &PathSegment) -> impl DoubleEndedIterator<Item = &GenericArgument> {
    let list = match &segment.arguments {
        PathArguments::AngleBracketed(list) => Some(&list.args),
        _ => None,
    };
    list.into_iter().flatten()
}

fn associated<'s>(segment: &'s PathSegment, name: &str) -> Option<&'s Type> {
    arguments(segment).find_map(|argument| match argument {
        GenericArgument::AssocType(found) if found.ident == name => Some(&found.ty),
        _ => None,
    })
}

fn type_argument(argument: &GenericArgument) -> Option<&Type> {
    match argument {
        GenericArgument::Type(ty) => Some(ty),
        _ => None,
    }
}

fn first_type(segment: &PathSegment) -> Option<&Type> {
    arguments(segment).find_map(type_argument)
}

fn last_type(segment: &PathSegment) -> Option<&Type> {
    arguments(segment).rev().find_map(type_argument)
}

/// The type with `_` for `impl Trait`.
pub(super) fn inferred(ty: &Type) -> Type {
    let mut ty = ty.clone();
    Infer.visit_type_mut(&mut ty);
    ty
}

struct Infer;

impl VisitMut for Infer {
    fn visit_type_mut(&mut self, ty: &mut Type) {
        if let Type::ImplTrait(_) = ty {
            *ty = Type::Infer(TypeInfer {
                attrs: Vec::new(),
                underscore_token: parse_quote!(_),
            });
        } else {
            visit_type_mut(self, ty);
        }
    }
}

/// How a body ends in `Box::pin(…)`, if it does. Where it does not return before, what is boxed can be timed inside of the
/// box, and need not be boxed again. `certain` says that a future is returned; else an `async` block in the box says it.
pub(super) fn boxed_at_the_end(body: &TokenStream, certain: bool) -> Option<Boxing> {
    let mut before: Vec<TokenTree> = body.clone().into_iter().collect();
    let argument = match before.pop()? {
        TokenTree::Group(group) if group.delimiter() == Delimiter::Parenthesis => group.stream(),
        _ => return None,
    };
    let mut pin = Vec::new();
    for expected in ["pin", ":", ":", "Box"] {
        let token = before.pop().filter(|token| token.to_string() == expected)?;
        pin.insert(0, token);
    }
    while matches!(before.last(), Some(TokenTree::Punct(punct)) if punct.as_char() == ':') {
        pin.insert(0, before.pop()?);
        if let Some(TokenTree::Ident(_)) = before.last() {
            pin.insert(0, before.pop()?);
        }
    }
    // an expression of its own: behind a statement, or alone
    let whole = match before.last() {
        None => true,
        Some(TokenTree::Punct(punct)) => punct.as_char() == ';',
        Some(TokenTree::Group(group)) => group.delimiter() == Delimiter::Brace,
        Some(_) => false,
    };
    if !whole || !certain && !is_async_block(&argument) {
        return None;
    }
    let before = before.into_iter().collect();
    Some(if returns_early(&before) {
        Boxing::Yes
    } else {
        Boxing::AtTheEnd {
            pin: quote!(#(#pin)*),
            before,
            argument,
        }
    })
}

fn is_async_block(argument: &TokenStream) -> bool {
    let first = argument.clone().into_iter().next();
    matches!(first, Some(TokenTree::Ident(ident)) if ident == "async")
}

fn returns_early(tokens: &TokenStream) -> bool {
    tokens.clone().into_iter().any(|token| match token {
        TokenTree::Ident(ident) => ident == "return",
        TokenTree::Punct(punct) => punct.as_char() == '?',
        TokenTree::Group(group) => returns_early(&group.stream()),
        TokenTree::Literal(_) => false,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use quote::ToTokens as _;

    fn shown(ty: &Option<Type>) -> String {
        ty.to_token_stream().to_string()
    }

    #[test]
    fn impl_trait_becomes_a_placeholder() {
        let Returns::Value(ty) = Returns::of(&parse_quote!(-> Result<Box<impl Fn() -> u8>, E>))
        else {
            panic!("a value");
        };
        assert_eq!(ty.to_token_stream().to_string(), "Result < Box < _ > , E >");
        assert!(matches!(Returns::of(&parse_quote!(-> ())), Returns::Unit));
        assert!(matches!(Returns::of(&parse_quote!(-> !)), Returns::Never));
    }

    #[test]
    fn futures_are_found_in_every_dress() {
        for (output, boxed) in [
            (
                parse_quote!(-> impl Send + ::core::future::Future<Output = u8> + 'a),
                false,
            ),
            (
                parse_quote!(-> Pin<Box<dyn Future<Output = u8> + Send + 'a>>),
                true,
            ),
            (parse_quote!(-> futures::future::BoxFuture<'a, u8>), true),
        ] {
            let found = future(&output).expect("a future");
            assert_eq!(shown(&found.item), "u8");
            assert_eq!(matches!(found.boxing, Boxing::Yes), boxed);
        }
        for none in [
            parse_quote!(-> u8),
            parse_quote!(-> Box<dyn Future<Output = u8>>),
            parse_quote!(-> impl Iterator<Item = u8>),
        ] {
            assert!(future(&none).is_none());
        }
    }

    #[test]
    fn streams_are_found_in_results() {
        let (found, in_result) =
            stream(&parse_quote!(-> io::Result<BoxStream<'static, u8>>)).expect("a stream");
        assert!(in_result && shown(&found.item) == "u8");
        let (found, in_result) =
            stream(&parse_quote!(-> impl Stream<Item = impl Debug>)).expect("a stream");
        assert!(!in_result && shown(&found.item) == "_");
    }

    #[test]
    fn a_final_box_is_found_unless_there_is_another_way_out() {
        let ends = |body: TokenStream| {
            matches!(boxed_at_the_end(&body, true), Some(Boxing::AtTheEnd { .. }))
        };
        assert!(ends(quote!(Box::pin(async move { 1 }))));
        assert!(ends(quote!(let a = b; ::std::boxed::Box::pin(a))));
        assert!(ends(quote!(if a { b(); } Box::pin(async { return 1; }))));
        assert!(!ends(quote!(if a { return Box::pin(b); } Box::pin(c))));
        assert!(!ends(quote!(f(a)?; Box::pin(c))));
        assert!(!ends(quote!(let a = Box::pin(b);)));
        assert!(!ends(quote!(a = Box::pin(b))));
        assert!(!ends(quote!(Rc::pin(b))));
        let body = quote!(if a { return b; } Box::pin(async { 1 }));
        assert!(matches!(boxed_at_the_end(&body, false), Some(Boxing::Yes)));
        assert!(boxed_at_the_end(&quote!(Box::pin(b)), false).is_none());
    }
}
