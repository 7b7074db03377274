//! The attribute of guests' tests that say how much they may cost. `zisk-guest` re-exports it, and explains it.
//!
//! It puts a statement before a function's others, for which nothing has to be parsed: every guest is compiled with this, so
//! it stands on no crate.

use proc_macro::{Delimiter, Group, TokenStream, TokenTree};

/// See `zisk_guest::test`.
#[proc_macro_attribute]
pub fn test(options: TokenStream, item: TokenStream) -> TokenStream {
    let limit = match max_cells(options) {
        Ok(limit) => limit,
        Err(message) => return error(message),
    };
    let mut tokens: Vec<TokenTree> = item.into_iter().collect();
    let is_function = tokens
        .iter()
        .any(|token| matches!(token, TokenTree::Ident(word) if word.to_string() == "fn"));
    let Some(TokenTree::Group(body)) = tokens.pop().filter(|_| is_function) else {
        return error("a test is a function");
    };
    let mut statements = match limit {
        Some(limit) => call("::zisk_guest::__private::max_cells", limit),
        None => TokenStream::new(),
    };
    statements.extend(body.stream());
    let mut body_with_limit = Group::new(Delimiter::Brace, statements);
    body_with_limit.set_span(body.span());
    tokens.push(TokenTree::Group(body_with_limit));
    let mut test = source("#[::core::prelude::v1::test]");
    test.extend(tokens);
    test
}

/// The expression of `max_cells = EXPRESSION`, if there is any.
fn max_cells(options: TokenStream) -> Result<Option<TokenStream>, &'static str> {
    const EXPECTED: &str = "expected `max_cells = NUMBER`, the only option that there is";
    let mut options = options.into_iter();
    match (options.next(), options.next()) {
        (None, _) => return Ok(None),
        (Some(TokenTree::Ident(name)), Some(TokenTree::Punct(sign)))
            if name.to_string() == "max_cells" && sign.as_char() == '=' => {}
        _ => return Err(EXPECTED),
    }
    let expression: Vec<TokenTree> = options.collect();
    let is_comma = |token: &TokenTree| matches!(token, TokenTree::Punct(sign) if sign.as_char() == ',');
    if expression.is_empty() || expression.iter().any(is_comma) {
        return Err(EXPECTED);
    }
    Ok(Some(expression.into_iter().collect()))
}

/// A call, as a statement.
fn call(function: &str, argument: TokenStream) -> TokenStream {
    let mut call = source(function);
    call.extend([TokenTree::Group(Group::new(Delimiter::Parenthesis, argument))]);
    call.extend(source(";"));
    call
}

fn error(message: &str) -> TokenStream {
    source(&format!("::core::compile_error!({message:?});"))
}

/// What is written here, as tokens.
fn source(text: &str) -> TokenStream {
    text.parse().unwrap_or_default()
}
