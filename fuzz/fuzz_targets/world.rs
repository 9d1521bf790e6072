//! The automations that records are held against, and both ways to do so.

use std::ops::ControlFlow;
use std::sync::{Arc, Mutex};

use firebell::config::{Decode, SourceKind};
use firebell::decode::{Decoder, Event, Extractor, Facts, Json, Needs, Reading, Value, walk};
use firebell::event::EventKind;
use firebell::path::Path;
use firebell::rules::{
    Automation, IncludeDeletes, IncludeSnapshots, Matching, Operand, Operator, Rule, RuleIndex,
    RuleSet, Scan, Scope, Stop, Takes,
};

const LIMITS: Decode = Decode {
    max_bytes: 1 << 20,
    max_depth: 24,
};

/// Some automations have expired at this instant.
const NOW: i64 = 1_000;

/// Few properties, so that random events reach them.
const PATHS: [&str; 8] = [
    "a",
    "a.b",
    "a[0]",
    "a[*].b",
    "$['x y'].Z",
    "Severity",
    "properties.id",
    "\u{17f}",
];

/// What a record is held against.
pub struct World {
    paths: Vec<Path>,
    extractor: Extractor,
    decoder: Decoder,
    index: RuleIndex,
    scan: Scan,
    // Used again and again, as a partition's task does.
    scratch: Mutex<(Reading, Matching)>,
}

impl World {
    /// Every operator on every path, in every kind.
    pub fn new() -> Self {
        let paths: Vec<Path> = PATHS.map(|path| Path::parse(path).unwrap()).into();
        let automations: Vec<Automation> = Operator::ALL
            .into_iter()
            .enumerate()
            .flat_map(|(at, operator)| {
                let one = |(place, path)| automation(at * PATHS.len() + place, path, operator);
                paths.iter().enumerate().map(one).collect::<Vec<_>>()
            })
            .collect();
        let index = RuleIndex::new(automations.clone());
        Self {
            extractor: Extractor::new(Arc::clone(index.slots()), LIMITS),
            decoder: Decoder::new(Needs::everything(), LIMITS),
            index,
            scan: Scan::new(automations),
            paths,
            scratch: Mutex::default(),
        }
    }

    /// Both ways say the same of a record: that it is bad, its events, their values, and the
    /// automations that they run.
    pub fn check(&self, source: u8, payload: &[u8]) {
        let source = match EventKind::ALL.get(usize::from(source)) {
            Some(kind) => SourceKind::Fixed(*kind),
            None => SourceKind::Auto,
        };
        let mut scratch = self.scratch.lock().unwrap();
        let (reading, matching) = &mut *scratch;
        let extracted = self.extractor.extract(payload, source, reading);
        let decoded = self.decoder.decode(payload, source);
        match (extracted, decoded) {
            (Err(error), Err(expected)) => assert_eq!(error, expected),
            (Ok(extracted), Ok(decoded)) => {
                assert!(extracted.bad().eq(decoded.bad.iter().cloned()));
                assert_eq!(extracted.events().len(), decoded.events.len());
                for (facts, event) in extracted.events().zip(&decoded.events) {
                    self.assert_same(&facts, event, matching);
                }
            }
            (extracted, decoded) => panic!("{extracted:?}, but {decoded:?}"),
        }
    }

    fn assert_same(&self, facts: &Facts<'_>, event: &Event<'_>, matching: &mut Matching) {
        assert_eq!(facts.text(), event.text);
        assert_eq!(facts.kind(), event.kind);
        assert_eq!(facts.deleted(), event.deleted());
        assert_eq!(facts.time(), event.time());
        for path in &self.paths {
            let slot = self.index.slots().get(path).unwrap();
            let values = facts.values().filter(|(of, _)| *of == slot);
            let expected = values_at(&event.fields, path);
            assert!(values.map(|(_, value)| value).eq(expected), "{path}");
        }
        let mut found = Vec::new();
        self.scan.matches(event, NOW, &mut found);
        self.index.matches(facts, NOW, matching);
        assert_eq!(matching.found(), found);
    }
}

fn automation(number: usize, path: &Path, operator: Operator) -> Automation {
    let kinds = [
        EventKind::ALL[number % EventKind::ALL.len()],
        EventKind::Alerts,
    ];
    let rules = vec![
        rule(path, operator),
        rule(path, Operator::ALL[number * 7 % Operator::ALL.len()]),
    ];
    let alone = RuleSet {
        rules: vec![rule(path, operator)],
    };
    let mut automation = Automation::new(format!("n{number}"), kinds.into(), Vec::new());
    automation.rule_sets = vec![RuleSet { rules }];
    if number % 2 == 0 {
        automation.rule_sets.push(alone);
    }
    if number % 5 == 0 {
        let scope = Scope::parse("/subscriptions/a/resourceGroups/b").unwrap();
        automation.scopes = vec![scope];
    }
    automation.expires = (number % 17 == 0).then_some(NOW);
    if number % 59 == 0 {
        automation.stop = Stop::Yes;
    }
    if number % 3 == 0 {
        automation.include_deletes = IncludeDeletes::Yes;
        automation.include_snapshots = IncludeSnapshots::Yes;
    }
    automation
}

fn rule(path: &Path, operator: Operator) -> Rule {
    let expected = match operator {
        Operator::AtLeast | Operator::AtMost => "Medium",
        Operator::Matches => "^a.*c$",
        Operator::GreaterThan | Operator::LesserThan => "9007199254740993",
        Operator::GreaterThanOrEqualTo | Operator::LesserThanOrEqualTo => "-1.5",
        Operator::StartsWith | Operator::NotStartsWith => "ab",
        Operator::EndsWith | Operator::NotEndsWith => "bc",
        _ => "abc",
    };
    let operand = match operator.takes() {
        Takes::Nothing => Operand::Nothing,
        Takes::One => Operand::new(operator, Some(expected), None).unwrap(),
        Takes::List => {
            let items = [Some("High"), Some(expected), None];
            Operand::any_of(operator, &items, None).unwrap()
        }
    };
    Rule::new(path.clone(), operator, operand)
}

fn values_at<'t>(fields: &'t Json<'_>, path: &Path) -> Vec<Value<'t>> {
    let mut values = Vec::new();
    let _continues: ControlFlow<()> = walk(fields, path.steps(), &mut |value| {
        values.push(match value {
            Json::Null => Value::Null,
            Json::Bool(yes) => Value::Bool(*yes),
            Json::Number(text) => Value::Number(text),
            Json::Text(text) => Value::Text(text),
            Json::Object(_) | Json::Array(_) => Value::Object,
        });
        ControlFlow::Continue(())
    });
    values
}
