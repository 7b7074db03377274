//! The attribute of guests' tests that say how much they may cost. `zisk-guest` re-exports it, and explains it.

use proc_macro::TokenStream;
use quote::quote;
use syn::meta::ParseNestedMeta;
use syn::{Expr, ItemFn, parse_macro_input, parse_quote};

/// See `zisk_guest::test`.
#[proc_macro_attribute]
pub fn test(options: TokenStream, item: TokenStream) -> TokenStream {
    let mut max_cells: Option<Expr> = None;
    let parser = syn::meta::parser(|meta: ParseNestedMeta<'_>| {
        if !meta.path.is_ident("max_cells") {
            return Err(meta.error("expected `max_cells = NUMBER`, the only option that there is"));
        }
        max_cells = Some(meta.value()?.parse()?);
        Ok(())
    });
    parse_macro_input!(options with parser);
    let mut function = parse_macro_input!(item as ItemFn);
    if let Some(max_cells) = max_cells {
        let statement = parse_quote! { ::zisk_guest::__private::max_cells(#max_cells); };
        function.block.stmts.insert(0, statement);
    }
    quote! {
        #[::core::prelude::v1::test]
        #function
    }
    .into()
}
