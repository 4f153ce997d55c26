//! Every way to name the values of a label.

use metrics_core::Label;

macro_rules! cases {
    ($($name:ident: $case:literal = $value:literal),* $(,)?) => {$(
        #[derive(Label)]
        #[label(rename_all = $case)]
        enum $name { OpenAi }
        assert_eq!($name::VALUES, [$value]);
        assert_eq!($name::OpenAi.index(), 0);
    )*};
}

#[derive(Clone, Copy, Debug, PartialEq, Label)]
enum Default {
    HttpServer,
    HTTPClient,
    r#Type,
    #[label(name = "Not Found")]
    NotFound = 404,
    V2,
}

#[derive(Label)]
enum One<const N: usize> {
    Only,
}

fn main() {
    cases! {
        Snake: "snake_case" = "open_ai",
        Lower: "lowercase" = "openai",
        Upper: "UPPERCASE" = "OPENAI",
        Pascal: "PascalCase" = "OpenAi",
        Camel: "camelCase" = "openAi",
        ScreamingSnake: "SCREAMING_SNAKE_CASE" = "OPEN_AI",
        Kebab: "kebab-case" = "open-ai",
        ScreamingKebab: "SCREAMING-KEBAB-CASE" = "OPEN-AI",
    }
    let all = [
        Default::HttpServer,
        Default::HTTPClient,
        Default::r#Type,
        Default::NotFound,
        Default::V2,
    ];
    assert_eq!(Default::VALUES, ["http_server", "http_client", "type", "Not Found", "v2"]);
    for (index, value) in all.iter().enumerate() {
        assert_eq!(value.index(), index);
    }
    assert_eq!(One::<3>::Only.index(), 0);
    assert_eq!(One::<3>::VALUES, ["only"]);
}
