//! Forms and their answers, offers and the order of tasks.

use super::*;
use proptest::prelude::*;

fn form() -> Value {
    json!({
        "type": "object",
        "properties": {
            "model": {"type": "string", "title": "Model", "enum": ["small", "large"]},
            "count": {"type": "integer", "minimum": 1, "maximum": 5},
            "needed": {"type": "string", "format": "date"},
            "why": {"type": "string"},
        },
        "required": ["model", "count"],
    })
}

fn wrong(answers: &Value) -> Vec<String> {
    check_answers(&form(), answers).err().unwrap_or_default().into_iter().map(|error| error.pointer).collect()
}

#[test]
fn answers_are_checked_field_by_field_and_nothing_else_is_taken() {
    assert!(wrong(&json!({"model": "small", "count": 2, "needed": "2026-12-01"})).is_empty());
    assert_eq!(wrong(&json!({"model": "huge", "count": 2})), ["/answers/model"]);
    assert_eq!(wrong(&json!({"model": "small", "count": 9})), ["/answers/count"]);
    assert_eq!(wrong(&json!({"model": "small", "count": 1, "needed": "soon"})), ["/answers/needed"]);
    assert_eq!(wrong(&json!({"model": "small"})), ["/answers/count"]);
    assert_eq!(wrong(&json!({"model": "small", "count": 1, "approved": true})), ["/answers/approved"]);
    let long = "x".repeat(5_000);
    assert_eq!(wrong(&json!({"model": "small", "count": 1, "why": long})), ["/answers/why"]);
    assert!(check_answers(&Value::Null, &json!({})).is_ok());
    assert!(check_answers(&Value::Null, &json!({"a": 1})).is_err());
    assert!(check_answers(&form(), &json!([])).is_err());
}

#[test]
fn a_form_is_an_object_of_plain_values_and_says_where_it_is_not() {
    let place = |form: Value| FormSchema::read(&form).unwrap_err().pointer;
    assert!(FormSchema::read(&form()).is_ok());
    assert_eq!(place(json!({"type": "array"})), "/form/type");
    assert!(place(json!({"type": "object", "$ref": "https://elsewhere"})).starts_with("/form"));
    let with = |field: Value| json!({"type": "object", "properties": {"a": field}});
    assert!(place(with(json!({"type": "string", "pattern": "(a+)+$"}))).starts_with("/form/properties/a"));
    assert!(place(with(json!({"type": "object"}))).starts_with("/form/properties/a"));
    assert_eq!(place(with(json!({"type": "integer", "enum": ["1"]}))), "/form/properties/a");
    assert_eq!(place(json!({"type": "object", "required": ["b"]})), "/form/required");
    let named = json!({"type": "object", "properties": {"A b": {"type": "string"}}});
    assert_eq!(place(named), "/form/properties/A b");
}

#[test]
fn fields_stand_in_the_order_that_the_form_says() {
    let names = |form: &Value| -> Vec<String> {
        FormSchema::read(form).unwrap().fields().into_iter().map(|(name, _)| name.to_owned()).collect()
    };
    assert_eq!(names(&form()), ["model", "count", "needed", "why"], "what has to be filled in, then by name");
    let mut ordered = form();
    ordered["x-order"] = json!(["why", "count"]);
    assert_eq!(names(&ordered), ["why", "count", "model", "needed"]);
    assert!(check_answers(&ordered, &json!({"model": "small", "count": 2})).is_ok());
    ordered["x-order"] = json!(["why", "colour"]);
    assert_eq!(FormSchema::read(&ordered).unwrap_err().pointer, "/form/x-order");
}

#[test]
fn a_wrong_date_is_told_what_a_date_is() {
    let form = json!({"type": "object", "properties": {
        "day": {"type": "string", "format": "date"}, "moment": {"type": "string", "format": "date-time"},
    }});
    let said = |answers: Value| check_answers(&form, &answers).unwrap_err()[0].why.to_string();
    assert!(!said(json!({"day": "soon"})).contains("time"), "{}", said(json!({"day": "soon"})));
    assert!(said(json!({"moment": "soon"})).contains("time"));
}

fn task(name: &str, after: &[&str]) -> TaskTemplate {
    let after = after.iter().map(|name| (*name).to_owned()).collect();
    TaskTemplate { name: name.into(), title: "t".into(), after, ..TaskTemplate::default() }
}

#[test]
fn tasks_have_an_order_or_it_is_said_why_not() {
    let tasks = [task("c", &["a", "b"]), task("b", &["a"]), task("a", &[])];
    let names: Vec<&str> = order(&tasks).unwrap().iter().map(|task| task.name.as_str()).collect();
    assert_eq!(names, ["a", "b", "c"]);
    let place = |tasks: &[TaskTemplate]| order(tasks).unwrap_err().pointer;
    assert_eq!(place(&[task("a", &["b"]), task("b", &["a"])]), "/tasks");
    assert_eq!(place(&[task("a", &["a"])]), "/tasks");
    assert_eq!(place(&[task("a", &["x"])]), "/tasks/0/after");
    assert_eq!(place(&[task("a", &[]), task("a", &[])]), "/tasks/1/name");
    assert_eq!(place(&[TaskTemplate { title: " ".into(), ..task("a", &[]) }]), "/tasks/0/title");
}

proptest! {
    #[test]
    fn whatever_waits_for_what_each_comes_after_those_or_there_is_a_circle(
        edges in proptest::collection::vec((0..8usize, 0..8usize), 0..16)
    ) {
        let tasks: Vec<TaskTemplate> = (0..8)
            .map(|n: usize| {
                let after: Vec<String> = edges.iter().filter(|(to, _)| *to == n).map(|(_, from)| from.to_string()).collect();
                TaskTemplate { name: n.to_string(), title: "t".into(), after, ..TaskTemplate::default() }
            })
            .collect();
        match order(&tasks) {
            Ok(ordered) => {
                let place = |name: &str| ordered.iter().position(|task| task.name == name).unwrap();
                prop_assert_eq!(ordered.len(), 8);
                prop_assert!(edges.iter().all(|(to, from)| place(&from.to_string()) < place(&to.to_string())));
            }
            Err(error) => prop_assert_eq!(error.pointer, "/tasks"),
        }
    }
}
