//! Where an automation applies: a subscription, a resource group, or one resource.

use std::fmt;

use thiserror::Error;

use crate::fold;

const MANAGEMENT_GROUPS: [&str; 3] = ["providers", "microsoft.management", "managementgroups"];

/// An Azure resource id that covers itself and all below it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Scope {
    written: String,
    // Folded.
    segments: Vec<String>,
}

/// Why a text is no scope.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum ScopeError {
    /// Not an id below a subscription.
    #[error("`{0}` does not start with `/subscriptions/<id>`")]
    NotInSubscription(String),
    /// An empty segment, or a name without its value.
    #[error(
        "`{0}` is not a whole id: expected `/subscriptions/<id>`, \
         `/subscriptions/<id>/resourceGroups/<name>` or a resource id below one of them"
    )]
    Incomplete(String),
    /// A management group, or something below one: events do not tell theirs.
    #[error(
        "`{0}` is no scope by itself: a management group is \
         `/providers/Microsoft.Management/managementGroups/<name>`, with its subscriptions under \
         `management_groups` in the configuration"
    )]
    ManagementGroup(String),
}

impl Scope {
    /// Reads a subscription's, resource group's or resource's id; a slash at the end is no
    /// matter.
    pub fn parse(text: &str) -> Result<Self, ScopeError> {
        let written = text.strip_suffix('/').unwrap_or(text);
        let error = |reason: fn(String) -> ScopeError| Err(reason(text.to_owned()));
        let Some(id) = written.strip_prefix('/') else {
            return error(ScopeError::NotInSubscription);
        };
        let segments: Vec<String> = id
            .split('/')
            .map(|part| fold::fold(part).into_owned())
            .collect();
        if segments.iter().take(3).eq(&MANAGEMENT_GROUPS) {
            return error(ScopeError::ManagementGroup);
        }
        if segments
            .first()
            .is_none_or(|first| first != "subscriptions")
        {
            return error(ScopeError::NotInSubscription);
        }
        if !is_whole(&segments) {
            return error(ScopeError::Incomplete);
        }
        Ok(Self {
            written: written.to_owned(),
            segments,
        })
    }

    /// The name of a management group, where a text is the id of one; in any case.
    #[must_use]
    pub fn management_group(text: &str) -> Option<&str> {
        let id = text.strip_suffix('/').unwrap_or(text).strip_prefix('/')?;
        let (above, name) = id.rsplit_once('/')?;
        let above = above.split('/').map(fold::fold);
        (above.eq(MANAGEMENT_GROUPS) && !name.is_empty()).then_some(name)
    }

    /// The same scope, shown as another text: that of the group it came from.
    #[must_use]
    pub fn written_as(self, text: &str) -> Self {
        Self {
            written: text.to_owned(),
            ..self
        }
    }

    /// A scope that covers nothing, such as a management group without subscriptions.
    #[must_use]
    pub fn nowhere(text: &str) -> Self {
        Self {
            written: text.to_owned(),
            // No id has an empty segment.
            segments: vec![String::new()],
        }
    }

    /// Its segments, folded, with a `/` before each.
    pub(super) fn folded(&self) -> String {
        self.segments.iter().flat_map(|part| ["/", part]).collect()
    }

    /// Whether a resource is this one or below it: by whole segments, in any case.
    #[must_use]
    pub fn covers(&self, resource_id: &str) -> bool {
        let mut parts = resource_id.split('/').filter(|part| !part.is_empty());
        self.segments
            .iter()
            .all(|segment| parts.next().is_some_and(|part| fold::equals(part, segment)))
    }
}

/// Whether every name has its value.
fn is_whole(segments: &[String]) -> bool {
    let below = segments
        .get(2)
        .is_none_or(|name| name == "resourcegroups" || name == "providers");
    // A provider alone is no resource: a type and a name follow it.
    let lone_provider = segments
        .iter()
        .rev()
        .nth(1)
        .is_some_and(|name| name == "providers");
    let empty = segments.iter().any(String::is_empty);
    below && !lone_provider && !empty && segments.len().is_multiple_of(2)
}

impl fmt::Display for Scope {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.written)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const VM: &str =
        "/SUBSCRIPTIONS/A1/RESOURCEGROUPS/WEB/providers/Microsoft.Compute/virtualMachines/vm1";

    #[test]
    fn a_scope_covers_itself_and_what_is_below_in_any_case() {
        let table = [
            ("/subscriptions/a1", VM, true),
            ("/subscriptions/a1/", VM, true),
            ("/subscriptions/a1", "/subscriptions/A1", true),
            ("/subscriptions/a1", "/subscriptions/a1/", true),
            ("/subscriptions/a", VM, false),
            (
                "/subscriptions/a1",
                "/subscriptions/a12/resourceGroups/web",
                false,
            ),
            ("/subscriptions/a1/resourceGroups/web", VM, true),
            (
                "/subscriptions/a1/resourceGroups/web",
                "/subscriptions/a1",
                false,
            ),
            ("/subscriptions/a1/resourceGroups/we", VM, false),
            (
                VM,
                "/subscriptions/a1/resourcegroups/web/providers/microsoft.compute/virtualmachines/VM1",
                true,
            ),
            (
                VM,
                "/subscriptions/a1/resourceGroups/web/providers/Microsoft.Compute/virtualMachines/vm2",
                false,
            ),
            ("/subscriptions/a1", "", false),
            ("/subscriptions/a1", "i-0abc", false),
        ];
        for (scope, resource, covered) in table {
            assert_eq!(
                Scope::parse(scope).unwrap().covers(resource),
                covered,
                "{scope} {resource}"
            );
        }
    }

    #[test]
    fn what_is_no_scope_is_refused() {
        let not_in = [
            "",
            "/",
            "subscriptions/a",
            "/resourceGroups/web",
            "/tenants/x",
        ];
        for text in not_in {
            assert_eq!(
                Scope::parse(text),
                Err(ScopeError::NotInSubscription(text.to_owned()))
            );
        }
        let incomplete = [
            "/subscriptions",
            "/subscriptions/",
            "/subscriptions//resourceGroups/web",
            "/subscriptions/a/resourceGroups",
            "/subscriptions/a/web/x",
            "/subscriptions/a/providers/Microsoft.Compute",
            "/subscriptions/a/resourceGroups/web/providers/Microsoft.Compute/virtualMachines",
        ];
        for text in incomplete {
            assert_eq!(
                Scope::parse(text),
                Err(ScopeError::Incomplete(text.to_owned()))
            );
        }
    }

    #[test]
    fn a_management_group_has_a_name_and_is_no_scope_by_itself() {
        let table = [
            (
                "/providers/Microsoft.Management/managementGroups/root",
                Some("root"),
            ),
            (
                "/PROVIDERS/microsoft.management/MANAGEMENTGROUPS/Root/",
                Some("Root"),
            ),
            ("/providers/Microsoft.Management/managementGroups/", None),
            ("/providers/Microsoft.Management/managementGroups/a/b", None),
            ("providers/Microsoft.Management/managementGroups/a", None),
            ("/subscriptions/a1", None),
        ];
        for (text, name) in table {
            assert_eq!(Scope::management_group(text), name, "{text}");
        }
        let text = "/providers/Microsoft.Management/managementGroups/root";
        let expected = ScopeError::ManagementGroup(text.to_owned());
        assert_eq!(Scope::parse(text), Err(expected));
    }

    #[test]
    fn nowhere_covers_nothing() {
        let nowhere = Scope::nowhere("/group");
        for id in ["", "/", "//", "/subscriptions/a1", VM] {
            assert!(!nowhere.covers(id), "{id}");
        }
        assert_eq!(nowhere.to_string(), "/group");
    }

    #[test]
    fn a_scope_shows_as_written() {
        assert_eq!(
            Scope::parse("/subscriptions/A1/").unwrap().to_string(),
            "/subscriptions/A1"
        );
    }
}
