//! A workflow's URL: all of it is a secret.

use std::sync::Arc;

use reqwest::Url;

use crate::config::{Access, Auth, Egress, Rotating};
use crate::document::Field;

/// What a Logic App's URL holds for whoever comes without a token. With one it is refused.
const SHARED_ACCESS: [&str; 3] = ["sp", "sv", "sig"];

/// The parser's words name no part of the URL, and neither do ours.
pub(super) fn url(
    field: &Field<'_>,
    access: Option<&Access>,
    egress: Option<Arc<Egress>>,
) -> Option<Rotating<Url>> {
    let has_token = access.is_some_and(|access| matches!(access.auth, Auth::Token(_)));
    let parse = move |text: &str| {
        let url = parsed(text)?;
        let host = url.host_str().unwrap_or_default();
        if let Some(Err(refusal)) = egress.as_ref().map(|egress| egress.rules.host(host)) {
            return Err(refusal.to_string());
        }
        Ok(if has_token {
            without_shared_access(url)
        } else {
            url
        })
    };
    Rotating::of(field, Box::new(parse))
}

fn parsed(text: &str) -> Result<Url, String> {
    let expected = "expected a URL, `https://…` or `http://…`; it is a secret and not shown";
    match Url::parse(text) {
        // It would not be sent.
        Ok(url) if !url.username().is_empty() || url.password().is_some() => {
            Err("must not hold a name or a password: use auth with `type: basic`".to_owned())
        }
        Ok(url) if matches!(url.scheme(), "http" | "https") && url.has_host() => Ok(url),
        Ok(_) => Err(expected.to_owned()),
        Err(error) => Err(format!("{expected}: {error}")),
    }
}

/// What is left of the query keeps its bytes: `api-version` above all.
fn without_shared_access(mut url: Url) -> Url {
    let Some(query) = url.query() else {
        return url;
    };
    let is_shared = |pair: &&str| {
        let name = pair.split_once('=').map_or(*pair, |(name, _)| name);
        SHARED_ACCESS
            .iter()
            .any(|one| one.eq_ignore_ascii_case(name))
    };
    let left: Vec<&str> = query.split('&').filter(|pair| !is_shared(pair)).collect();
    let left = (!left.is_empty()).then(|| left.join("&"));
    url.set_query(left.as_deref());
    url
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shared_access_is_taken_out_and_the_rest_keeps_its_bytes() {
        let left = |query: &str| {
            let url = Url::parse(&format!("https://x.test/p?{query}")).unwrap();
            without_shared_access(url)
                .as_str()
                .replace("https://x.test/p", "")
        };
        let logic_app = "api-version=2016-10-01&sp=%2Ftriggers%2Fmanual%2Frun&sv=1.0&sig=SECRET";
        assert_eq!(left(logic_app), "?api-version=2016-10-01");
        assert_eq!(left("sig=a&x=%2f%2F+%20~!&SIG=b&&y"), "?x=%2f%2F+%20~!&&y");
        assert_eq!(left("sp=1&sv&sig"), "");
        assert_eq!(left("signature=1&space=2"), "?signature=1&space=2");
        assert_eq!(left(""), "?");
    }
}
