//! From a model to code; nothing here can fail. What the compiler is to check is in `checks`.
//! What does not depend on the set is in `metrics_core::__private`, so that expansions stay small.

use proc_macro2::{Ident, TokenStream};
use quote::{format_ident, quote, quote_spanned};
use syn::ext::IdentExt as _;
use syn::spanned::Spanned as _;
use syn::{DeriveInput, Index};

use super::alert::expand as alert;
use super::bounds::{bounded, lasting};
use super::checks::checks;
use super::derivation;
use super::model::{ConstantLabel, Field, Metric, Role, Set};
use crate::buckets::Buckets;
use crate::krate::Krate;
use crate::native::Native;
use crate::source::{line, source};

pub(super) fn expand(set: &Set) -> TokenStream {
    let private = set.krate.private();
    let implementation = implementation(set, &private);
    let checks = if set.generics.params.is_empty() {
        let checks = checks(set);
        quote!(#(const _: () = #checks;)*)
    } else {
        // a constant at this place cannot name the generics: the checks are in `detached`
        TokenStream::new()
    };
    let bounds = bounds(set);
    let alerts = alert::constants(set, &private);
    let source = source(&private, set.ident.span());
    let linked = set.linked.then(|| linked(set, &private));
    quote! {
        const _: () = {
            const __SOURCE: #private::Source = #source;
            #bounds
            #alerts
            #implementation
            #checks
            #linked
        };
    }
}

/// The trait with nothing behind it, for an item with mistakes: whoever uses the set sees no second error.
pub(super) fn stub(input: &DeriveInput, krate: &Krate) -> TokenStream {
    if input.generics.lifetimes().next().is_some() {
        // no instance of it could be a set, which the compiler would say again and again
        return TokenStream::new();
    }
    let private = krate.private();
    let DeriveInput { ident, vis, .. } = input;
    let generics = lasting(&input.generics);
    let (impl_generics, ty_generics, where_clause) = generics.split_for_impl();
    let source = source(&private, ident.span());
    quote! {
        const _: () = {
            #[automatically_derived]
            impl #impl_generics #private::MetricSet for #ident #ty_generics #where_clause {
                const SET: #private::SetDescriptor = #private::SetDescriptor {
                    name: "",
                    help: "",
                    source: #source,
                    families: &[],
                    nested: &[],
                    labels: &[],
                    linked: false,
                };
                fn detached() -> Self { #private::never() }
                fn families(&self) -> #private::Vec<#private::Family> { #private::never() }
            }
            #[automatically_derived]
            impl #impl_generics #private::GlobalSet for #ident #ty_generics #where_clause {
                fn global() -> &'static Self { #private::never() }
            }
            #[automatically_derived]
            impl #impl_generics #ident #ty_generics #where_clause {
                #[doc = ""]
                #vis fn global() -> &'static Self { #private::never() }
            }
        };
    }
}

fn implementation(set: &Set, private: &TokenStream) -> TokenStream {
    let Set {
        ident,
        help,
        linked,
        ..
    } = set;
    let name = ident.to_string();
    let generics = bounded(&set.generics, &set.fields, private);
    let (impl_generics, ty_generics, where_clause) = generics.split_for_impl();
    let descriptors = metrics(set).map(|(field, metric)| descriptor(set, field, metric, private));
    let nested = nested(set).map(|(Field { ty, .. }, prefix)| {
        quote!(#private::NestedSet { prefix: #prefix, set: &<#ty as #private::MetricSet>::SET })
    });
    let labels = set.labels.iter().map(|label| {
        let ConstantLabel { name, value, .. } = label;
        quote!((#name, #value))
    });
    let (sources, others): (Vec<_>, Vec<_>) = set
        .fields
        .iter()
        .partition(|field| derivation::is_source(set, &field.ident));
    let made = sources.iter().map(|field| {
        let (made, value) = (derivation::made(&field.ident), value(set, field, private));
        quote!(let #made = #value;)
    });
    let others = others.iter().map(|field| {
        let (ident, value) = (&field.ident, value(set, field, private));
        quote!(#ident: #value)
    });
    let sources = sources.iter().map(|field| {
        let (ident, made) = (&field.ident, derivation::made(&field.ident));
        quote!(#ident: #made)
    });
    // what is computed of a field borrows it, before it is moved
    let values = others.chain(sources);
    let families = families(set, private);
    let late_checks = if set.generics.params.is_empty() {
        Vec::new()
    } else {
        checks(set)
    };
    quote! {
        #[automatically_derived]
        impl #impl_generics #private::MetricSet for #ident #ty_generics #where_clause {
            const SET: #private::SetDescriptor = #private::SetDescriptor {
                name: #name,
                help: #help,
                source: __SOURCE,
                families: &[#(#descriptors,)*],
                nested: &[#(#nested,)*],
                labels: &[#(#labels,)*],
                linked: #linked,
            };

            fn detached() -> Self {
                #(const { #late_checks };)*
                #(#made)*
                Self { #(#values,)* }
            }

            fn families(&self) -> #private::Vec<#private::Family> {
                #families
            }
        }
    }
}

fn families(set: &Set, private: &TokenStream) -> TokenStream {
    // by the written type: one that does not fit is told there, once
    let own = metrics(set).map(
        |(Field { ident, ty, .. }, _)| quote!(<#ty as #private::MetricField>::handle(&self.#ident)),
    );
    let nested = nested(set).map(
        |(Field { ident, ty, .. }, _)| quote!(<#ty as #private::MetricSet>::families(&self.#ident)),
    );
    quote!(#private::Family::of_set(Self::SET, &[#(#own,)*], &[#(#nested,)*]))
}

/// The set's own metrics.
pub(super) fn metrics(set: &Set) -> impl Iterator<Item = (&Field, &Metric)> {
    set.fields.iter().filter_map(|field| match &field.role {
        Role::Metric(_, metric) => Some((field, &**metric)),
        Role::Nested(_) | Role::Skipped => None,
    })
}

/// The sets inside the set, with what stands before their names.
pub(super) fn nested(set: &Set) -> impl Iterator<Item = (&Field, &str)> {
    set.fields.iter().filter_map(|field| match &field.role {
        Role::Nested(prefix) => Some((field, prefix.as_str())),
        Role::Metric(..) | Role::Skipped => None,
    })
}

fn descriptor(set: &Set, field: &Field, metric: &Metric, private: &TokenStream) -> TokenStream {
    let Metric {
        name,
        verbatim,
        series_suffix,
        unit,
        help,
        ..
    } = metric;
    let prefix = &set.prefix;
    let ty = &field.ty;
    let line = line(field.ident.span());
    let verbatim = verbatim.then(|| quote!(.verbatim()));
    let series_suffix = series_suffix.then(|| quote!(.allow_series_suffix()));
    let unit = Some(unit).filter(|unit| !unit.is_empty());
    let unit = unit.map(|unit| quote!(.unit(#unit)));
    let bounds = metric.buckets.as_ref().map(|buckets| match buckets {
        Buckets::Bounds(bounds) => quote!(.bounds(&[#(#bounds),*])),
        Buckets::Constant(_) => {
            let bounds = bounds_name(field);
            quote!(.bounds(#private::sound_buckets(#bounds)))
        }
    });
    let native = metric.native.map(|native| {
        let Native {
            schema,
            max_buckets,
            zero_threshold,
        } = native;
        quote!(.native(#private::NativeOptions::new(#schema, #max_buckets, #zero_threshold)))
    });
    let idle = metric.idle_nanos.map(|nanos| quote!(.idle_nanos(#nanos)));
    let exemplars = metric.exemplars.then(|| quote!(.exemplars()));
    let alerts = (!metric.alerts.is_empty()).then(|| {
        let alerts = alert::constant_name(field);
        quote!(.alerts(#alerts))
    });
    let derived = metric.derived.as_ref();
    let derived = derived.map(|derived| derivation::kind(derived, private));
    let own = field.ident.unraw().to_string();
    let renamed = (own != *name).then(|| quote!(.field(#own)));
    let hints = metric.hints.declaration(private);
    quote! {
        #private::Descriptor::new(
            #private::Declaration::new(#prefix, #name, #help, __SOURCE.at(#line)) #verbatim #series_suffix #unit #bounds #native #idle #exemplars #derived #renamed #alerts #hints,
            <#ty as #private::MetricField>::KIND,
            <#ty as #private::MetricField>::LABELS,
        )
    }
}

fn value(set: &Set, field: &Field, private: &TokenStream) -> TokenStream {
    let ty = &field.ty;
    let (place, metric) = match &field.role {
        Role::Metric(place, metric) => (Index::from(*place), metric),
        Role::Nested(_) => return quote!(<#ty as #private::MetricSet>::detached()),
        Role::Skipped => return quote!(<#ty as #private::Default>::default()),
    };
    if let Some(derived) = &metric.derived {
        let (formula, sources) = derivation::formula(set, derived, private);
        return quote! {
            <#ty as #private::DerivedField>::derived(&Self::SET.families[#place], #formula, #sources)
        };
    }
    match &metric.read {
        None => quote!(<#ty as #private::MetricField>::new(&Self::SET.families[#place])),
        Some(read) => {
            let at_read = set.krate.private_at(read.span());
            let reading = quote_spanned!(read.span()=> || #at_read::ReadNumber::number(#read()));
            quote!(<#ty as #private::ReadField>::reading(&Self::SET.families[#place], #reading))
        }
    }
}

/// The bounds that the user keeps in constants: named here, so that a wrong type is one error and not one for
/// each use.
fn bounds(set: &Set) -> TokenStream {
    let named = metrics(set).filter_map(|(field, metric)| {
        let Some(Buckets::Constant(bounds)) = &metric.buckets else {
            return None;
        };
        let (name, span) = (bounds_name(field), bounds.span());
        let private = set.krate.private_at(span);
        let check = quote_spanned!(span=> const _: () = #private::check_buckets(#name););
        Some(quote! {
            const #name: &'static [::core::primitive::f64] = #bounds;
            #check
        })
    });
    named.collect()
}

fn bounds_name(field: &Field) -> Ident {
    format_ident!(
        "__BOUNDS_OF_{}",
        field.ident.unraw().to_string().to_uppercase()
    )
}

/// The global instance, and its entry in the program's list of sets.
fn linked(set: &Set, private: &TokenStream) -> TokenStream {
    let Set { ident, vis, .. } = set;
    quote! {
        #[automatically_derived]
        impl #private::GlobalSet for #ident {
            fn global() -> &'static Self {
                static SET: #private::Global<#ident> = #private::Global::new();
                #private::Global::get(&SET)
            }
        }
        #[automatically_derived]
        impl #ident {
            #[doc = "The instance that is registered in the global registry."]
            #vis fn global() -> &'static Self {
                <Self as #private::GlobalSet>::global()
            }
        }
        #private::inventory::submit! {
            #private::Registration::set(
                &<#ident as #private::MetricSet>::SET,
                || #private::MetricSet::families(#ident::global()),
            )
        }
    }
}
