//! What a function returns, in the forms that its timed body needs it in.

use syn::visit_mut::{VisitMut, visit_type_mut};
use syn::{ReturnType, Type, TypeInfer, parse_quote};

pub(super) enum Returns {
    Unit,
    /// `!`.
    Never,
    /// A type, as it may be written inside a body: with `_` for what only the signature may name.
    Value(Box<Type>),
}

impl Returns {
    pub(super) fn of(output: &ReturnType) -> Self {
        match output {
            ReturnType::Default => Self::Unit,
            ReturnType::Type(_, ty) if matches!(**ty, Type::Never(_)) => Self::Never,
            ReturnType::Type(_, ty) if matches!(&**ty, Type::Tuple(tuple) if tuple.elems.is_empty()) => {
                Self::Unit
            }
            ReturnType::Type(_, ty) => {
                let mut ty = ty.clone();
                Infer.visit_type_mut(&mut ty);
                Self::Value(ty)
            }
        }
    }
}

/// Writes `_` for `impl Trait`.
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

#[cfg(test)]
mod tests {
    use super::*;
    use quote::ToTokens as _;

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
}
