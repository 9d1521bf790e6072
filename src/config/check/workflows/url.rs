//! A workflow's URL: all of it is a secret.

use std::sync::Arc;

use reqwest::Url;

use super::requests::Written;
use crate::config::{Access, Auth, Egress, Rotating};
use crate::document::Field;
use crate::render::{Mistake, Shape, UrlTemplate};

/// What a Logic App's URL holds for whoever comes without a token. With one it is refused.
const SHARED_ACCESS: [&str; 3] = ["sp", "sv", "sig"];

/// What a URL is read by.
#[derive(Clone)]
pub(super) struct Ground {
    has_token: bool,
    egress: Option<Arc<Egress>>,
    /// What its values may be; none where that is not known.
    values: Option<(Shape, Arc<[String]>)>,
}

impl Ground {
    pub(super) fn new(
        access: Option<&Access>,
        egress: Option<&Arc<Egress>>,
        written: Option<&Written>,
    ) -> Self {
        let names = |written: &Written| {
            let names = written.settings.iter().map(|(name, _)| name.clone());
            (written.batch.shape(), names.collect())
        };
        Self {
            has_token: access.is_some_and(|access| matches!(access.auth, Auth::Token(_))),
            egress: egress.cloned(),
            values: written.map(names),
        }
    }

    /// The values of a URL, where it has some and it is known what they may be.
    fn values(&self, text: &str) -> Result<Option<UrlTemplate>, Vec<Mistake>> {
        let known = self
            .values
            .as_ref()
            .filter(|_| UrlTemplate::has_values(text));
        let Some((shape, settings)) = known else {
            return Ok(None);
        };
        let text = if self.has_token {
            without_shared_access(text)
        } else {
            text.to_owned()
        };
        let settings: Vec<&str> = settings.iter().map(String::as_str).collect();
        UrlTemplate::compile(&text, *shape, &settings).map(Some)
    }

    /// The URL with a stand-in for each of its values.
    fn plain(&self, text: &str) -> Result<Url, String> {
        let values = self.values(text).map_err(|mistakes| first(&mistakes))?;
        let url = parsed(values.as_ref().map_or(text, UrlTemplate::plain))?;
        let host = url.host_str().unwrap_or_default();
        if let Some(Err(refusal)) = self.egress.as_ref().map(|egress| egress.rules.host(host)) {
            return Err(refusal.to_string());
        }
        Ok(if self.has_token {
            let text = without_shared_access(url.as_str());
            Url::parse(&text).unwrap_or(url)
        } else {
            url
        })
    }
}

/// The URL, with a stand-in for each of its values; and with its values, where it has some. The
/// parser's words name no part of the URL, and neither do ours.
pub(super) fn url(
    field: &Field<'_>,
    ground: Ground,
) -> Option<(Rotating<Url>, Option<Rotating<UrlTemplate>>)> {
    let text = field.text()?;
    let has_values = match ground.values(text) {
        Ok(values) => values.is_some(),
        Err(mistakes) => {
            for mistake in mistakes {
                field.problem(mistake.message, mistake.help);
            }
            return None;
        }
    };
    let with_values = ground.clone();
    let begins_with_values = UrlTemplate::has_values(text);
    let plain = move |text: &str| {
        if !begins_with_values && UrlTemplate::has_values(text) {
            // Their stand-ins would be sent.
            return Err("it had no values, `{{ … }}`, at the start".to_owned());
        }
        ground.plain(text)
    };
    let plain = Rotating::of(field, Box::new(plain))?;
    if !has_values {
        return Some((plain, None));
    }
    let values = move |text: &str| {
        with_values.plain(text)?;
        match with_values.values(text) {
            Ok(Some(values)) => Ok(values),
            Ok(None) => Err("it has no values any more".to_owned()),
            Err(mistakes) => Err(first(&mistakes)),
        }
    };
    Some((plain, Some(Rotating::of(field, Box::new(values))?)))
}

fn first(mistakes: &[Mistake]) -> String {
    mistakes
        .first()
        .map(|mistake| mistake.message.clone())
        .unwrap_or_default()
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
fn without_shared_access(url: &str) -> String {
    let Some((path, query)) = url.split_once('?') else {
        return url.to_owned();
    };
    let is_shared = |pair: &&str| {
        let name = pair.split_once('=').map_or(*pair, |(name, _)| name);
        SHARED_ACCESS
            .iter()
            .any(|one| one.eq_ignore_ascii_case(name))
    };
    let left: Vec<&str> = query.split('&').filter(|pair| !is_shared(pair)).collect();
    if left.is_empty() {
        return path.to_owned();
    }
    format!("{path}?{}", left.join("&"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shared_access_is_taken_out_and_the_rest_keeps_its_bytes() {
        let left = |query: &str| {
            without_shared_access(&format!("https://x.test/p?{query}"))
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
