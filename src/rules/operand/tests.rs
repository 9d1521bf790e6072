use super::*;

fn message(operator: Operator, expected: Option<&str>, ty: Option<PropertyType>) -> String {
    Operand::new(operator, expected, ty)
        .unwrap_err()
        .to_string()
}

#[test]
fn a_value_of_another_type_is_refused() {
    use PropertyType::{Boolean, Integer, Number};
    for (value, ty, expected) in [
        ("high", Number, "a number in the range of a double"),
        ("1e400", Number, "a number in the range of a double"),
        ("", Number, "a number in the range of a double"),
        ("5.5", Integer, "a whole number of 64 bits"),
        ("99999999999999999999", Integer, "a whole number of 64 bits"),
        ("yes", Boolean, "true or false"),
    ] {
        let found = message(Operator::Equals, Some(value), Some(ty));
        let error = format!("`{value}` is not {expected}, as Equals with the type {ty} needs");
        assert_eq!(found, error);
    }
    let found = message(Operator::GreaterThan, Some("high"), None);
    assert!(
        found.ends_with("as GreaterThan with the type Number needs"),
        "{found}"
    );
}

#[test]
fn an_operator_and_a_type_that_exclude_each_other_are_refused() {
    use PropertyType::{Boolean, Integer, Number, String};
    for (operator, types, takes) in [
        (
            Operator::LesserThan,
            vec![String, Boolean],
            "Integer or Number",
        ),
        (
            Operator::GreaterThanOrEqualTo,
            vec![String, Boolean],
            "Integer or Number",
        ),
        (Operator::Contains, vec![Integer, Number, Boolean], "String"),
        (Operator::EndsWith, vec![Integer, Number, Boolean], "String"),
    ] {
        for ty in types {
            let found = message(operator, Some("5"), Some(ty));
            assert_eq!(
                found,
                format!("{operator} does not compare the type {ty}: it takes {takes}")
            );
        }
    }
}

#[test]
fn a_part_of_a_text_is_not_empty() {
    for operator in [Operator::Contains, Operator::StartsWith, Operator::EndsWith] {
        let found = message(operator, Some(""), None);
        let error = "needs a text that is not empty: each value would match";
        assert_eq!(found, format!("{operator} {error}"));
    }
}

#[test]
fn only_equality_takes_null() {
    for operator in Operator::ALL {
        let operand = Operand::new(operator, None, None);
        let expected = match (operator.takes(), operator.family()) {
            (Takes::Nothing, _) => Ok(Operand::Nothing),
            (Takes::List, _) => Err(OperandError::ListTaken { operator }),
            (Takes::One, Family::Equality) => Ok(Operand::Null),
            (Takes::One, _) => Err(OperandError::Null { operator }),
        };
        assert_eq!(operand, expected, "{operator}");
    }
}

#[test]
fn the_type_is_text_unless_the_operator_compares_numbers() {
    let text = Operand::new(Operator::Equals, Some("5"), None);
    assert_eq!(text, Ok(Operand::Text("5".to_owned())));
    let number = Operand::new(Operator::LesserThan, Some("5"), None);
    assert_eq!(number, Ok(Operand::Number(Number::parse("5").unwrap())));
    let empty = Operand::new(Operator::Equals, Some(""), None);
    assert_eq!(empty, Ok(Operand::Text(String::new())));
    let null = Operand::new(Operator::NotEquals, None, Some(PropertyType::Integer));
    assert_eq!(null, Ok(Operand::Null));
    let yes = Operand::new(Operator::Equals, Some("TRUE"), Some(PropertyType::Boolean));
    assert_eq!(yes, Ok(Operand::Bool(true)));
}

#[test]
fn a_list_is_taken_where_the_operator_asks_for_one() {
    let items = [Some("High"), None];
    let list = vec![Operand::Text("high".to_owned()), Operand::Null];
    for operator in Operator::ALL {
        let operand = Operand::any_of(operator, &items, None);
        let expected = match operator.takes() {
            Takes::Nothing => Err(OperandError::NothingTaken { operator }),
            Takes::One => Err(OperandError::OneTaken { operator }),
            Takes::List => Ok(Operand::AnyOf(list.clone())),
        };
        assert_eq!(operand, expected, "{operator}");
    }
    let operator = Operator::In;
    let empty = Operand::any_of(operator, &[], None);
    assert_eq!(empty, Err(OperandError::EmptyList { operator }));
}

#[test]
fn a_severity_or_an_expression_that_is_none_is_refused() {
    let found = message(Operator::AtLeast, Some("severe"), None);
    assert!(found.starts_with("`severe` is not a severity: "), "{found}");
    let found = message(Operator::Matches, Some("a(b"), None);
    assert_eq!(found, "`a(b` is not a regular expression: unclosed group");
    let operator = Operator::Exists;
    let with_value = Operand::new(operator, Some("x"), None);
    assert_eq!(with_value, Err(OperandError::NothingTaken { operator }));
    let with_type = Operand::new(operator, None, Some(PropertyType::String));
    assert_eq!(with_type, Err(OperandError::NothingTaken { operator }));
}
