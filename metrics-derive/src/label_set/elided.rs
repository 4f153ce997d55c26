//! Lifetimes that a field's type leaves out, which a struct must not.

use syn::visit_mut::{VisitMut, visit_type_reference_mut};
use syn::{ParenthesizedGenericArguments, Type, TypeFnPtr, TypeReference};

/// Whether `ty` has a `&` without a lifetime. That of a path cannot be seen here.
pub(super) fn in_type(ty: &Type) -> bool {
    let mut found = Found(false);
    found.visit_type_mut(&mut ty.clone());
    found.0
}

struct Found(bool);

impl VisitMut for Found {
    fn visit_type_reference_mut(&mut self, reference: &mut TypeReference) {
        self.0 |= reference.lifetime.is_none();
        visit_type_reference_mut(self, reference);
    }

    // functions may leave theirs out
    fn visit_type_fn_ptr_mut(&mut self, _: &mut TypeFnPtr) {}

    fn visit_parenthesized_generic_arguments_mut(&mut self, _: &mut ParenthesizedGenericArguments) {
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use syn::parse_quote;

    #[test]
    fn only_functions_may_leave_lifetimes_out() {
        assert!(in_type(&parse_quote!(Option<&str>)));
        assert!(in_type(&parse_quote!(&'a &str)));
        assert!(!in_type(&parse_quote!(Option<&'a str>)));
        assert!(!in_type(&parse_quote!(Box<dyn Fn(&str)>)));
        assert!(!in_type(&parse_quote!(fn(&str) -> &str)));
    }
}
