use super::*;

fn sent(lines: &str, count: i64) -> String {
    let deliveries: Vec<Delivery> = (0..count)
        .map(|offset| {
            let event = format!("{{ \"Severity\": \"High\", \"n\": {offset}e0 }}");
            delivery(&event, EventKind::Alerts, offset)
        })
        .collect();
    let workflow = workflow(&format!("batch: {{max_events: 3}}\n{lines}"));
    shown(&build(&workflow, &deliveries, 1_760_000_007).unwrap())
}

#[test]
fn a_binary_batch_is_an_array_of_the_events_own_bytes() {
    insta::assert_snapshot!(sent("mode: binary", 2), @r#"
    POST https://hooks.example/run?sig=hush
    content-type: application/json
    webhook-id: msg_f269e80843a7f3c921783d069b7c4d76
    webhook-timestamp: 1760000007
    x-ms-client-tracking-id: msg_f269e80843a7f3c921783d069b7c4d76

    [{ "Severity": "High", "n": 0e0 },{ "Severity": "High", "n": 1e0 }]
    "#);
}

#[test]
fn a_structured_batch_is_one_of_cloud_events() {
    insta::assert_snapshot!(sent("mode: structured", 2), @r#"
    POST https://hooks.example/run?sig=hush
    content-type: application/cloudevents-batch+json
    webhook-id: msg_f269e80843a7f3c921783d069b7c4d76
    webhook-timestamp: 1760000007
    x-ms-client-tracking-id: msg_f269e80843a7f3c921783d069b7c4d76

    [{"specversion":"1.0","id":"evt_0","source":"/firebell/alerts","type":"firebell.Alerts","time":"2025-10-09T08:53:20Z","datacontenttype":"application/json","automation":"wake üp","workflow":"chat","attempt":1,"record":"alerts/3/0","place":1,"deliveryid":"msg_0","data":{ "Severity": "High", "n": 0e0 }},{"specversion":"1.0","id":"evt_1","source":"/firebell/alerts","type":"firebell.Alerts","time":"2025-10-09T08:53:20Z","datacontenttype":"application/json","automation":"wake üp","workflow":"chat","attempt":1,"record":"alerts/3/1","place":1,"deliveryid":"msg_1","data":{ "Severity": "High", "n": 1e0 }}]
    "#);
}

#[test]
fn a_template_of_a_batch_is_given_all_events() {
    let lines = r#"template: '[{% for one in events %}{"n": {{ one.event.n }}, "id": {{ one.delivery.id }}}{% if not loop.last %},{% endif %}{% endfor %}]'"#;
    insta::assert_snapshot!(sent(lines, 3), @r#"
    POST https://hooks.example/run?sig=hush
    content-type: application/json
    webhook-id: msg_f412b544cf9686d29caa997dccc26e3e
    webhook-timestamp: 1760000007
    x-ms-client-tracking-id: msg_f412b544cf9686d29caa997dccc26e3e

    [{"n": 0.0, "id": "msg_0"},{"n": 1.0, "id": "msg_1"},{"n": 2.0, "id": "msg_2"}]
    "#);
}

#[test]
fn a_batch_of_one_is_an_array_with_the_deliverys_own_id() {
    let sent = sent("mode: binary", 1);
    assert!(
        sent.contains("webhook-id: msg_0\n")
            && sent.ends_with("[{ \"Severity\": \"High\", \"n\": 0e0 }]"),
        "{sent}"
    );
}
