//! Holds answers against the OpenAPI document.

use std::sync::LazyLock;

use serde_json::Value;

static DOCUMENT: LazyLock<Value> =
    LazyLock::new(|| serde_json::from_str(&interfaces_rest::openapi_document()).expect("the document is JSON"));

/// Fails unless the document says that the operation may answer so. Paths and methods without an operation are left out.
pub fn assert_documented(method: &str, path: &str, status: u16, body: &Value) {
    let Some(operation) = operation(method, path) else { return };
    let response = &operation["responses"][status.to_string()];
    assert!(response.is_object(), "{method} {path} answered {status}, which is not documented: {body}");
    if let Some(code) = body["error"]["type"].as_str() {
        let description = response["description"].as_str().unwrap_or_default();
        assert!(description.contains(&format!("`{code}`")), "{method} {path} does not document {code}");
    }
    if let Some(content) = response["content"]["application/json"].as_object() {
        assert_matches("body", &content["schema"], body);
    }
}

fn operation(method: &str, path: &str) -> Option<&'static Value> {
    let path = path.split('?').next()?;
    let paths = DOCUMENT["paths"].as_object()?;
    // A path in so many words goes before one with a parameter.
    if let Some(methods) = paths.get(path) {
        return methods.get(method.to_lowercase());
    }
    let (_, methods) = paths.iter().find(|(template, _)| {
        let (template, path): (Vec<_>, Vec<_>) = (template.split('/').collect(), path.split('/').collect());
        template.len() == path.len()
            && template.iter().zip(&path).all(|(template, segment)| {
                if template.starts_with('{') { !segment.is_empty() } else { template == segment }
            })
    })?;
    methods.get(method.to_lowercase())
}

/// As much of JSON Schema as the document uses for answers.
fn assert_matches(at: &str, schema: &Value, value: &Value) {
    if let Some(reference) = schema["$ref"].as_str() {
        let name = reference.rsplit('/').next().unwrap_or_default();
        return assert_matches(at, &DOCUMENT["components"]["schemas"][name], value);
    }
    if value.is_null() && schema["nullable"] == true {
        return;
    }
    if let Some(all) = schema["allOf"].as_array() {
        return all.iter().for_each(|schema| assert_matches(at, schema, value));
    }
    if value.is_null() {
        return assert!(schema["nullable"] == true, "{at} is null");
    }
    if let Some(choices) = schema["enum"].as_array() {
        assert!(choices.contains(value), "{at} is {value}, which is none of {choices:?}");
    }
    match schema["type"].as_str() {
        Some("object") => {
            let members = value.as_object().unwrap_or_else(|| panic!("{at} is no object: {value}"));
            let properties = schema["properties"].as_object();
            for name in schema["required"].as_array().into_iter().flatten().filter_map(Value::as_str) {
                assert!(members.contains_key(name), "{at}.{name} is missing");
            }
            for (name, member) in members {
                let schema = properties.and_then(|properties| properties.get(name));
                let schema = schema.unwrap_or_else(|| panic!("{at}.{name} is not documented"));
                assert_matches(&format!("{at}.{name}"), schema, member);
            }
        }
        Some("array") => {
            let items = value.as_array().unwrap_or_else(|| panic!("{at} is no array: {value}"));
            for (index, item) in items.iter().enumerate() {
                assert_matches(&format!("{at}[{index}]"), &schema["items"], item);
            }
        }
        Some("string") => assert!(value.is_string(), "{at} is no string: {value}"),
        Some("integer") => assert!(value.is_i64() || value.is_u64(), "{at} is no integer: {value}"),
        Some("boolean") => assert!(value.is_boolean(), "{at} is no boolean: {value}"),
        _ => {}
    }
}
