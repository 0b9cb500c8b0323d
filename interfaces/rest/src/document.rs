//! The OpenAPI document: what the operations say of themselves, completed from the authorisation table, and its reader.

use std::collections::BTreeSet;

use poem::{
    Body, IntoResponse, Response, Result,
    http::{HeaderValue, Method, header},
};
use poem_openapi::{OpenApi, OpenApiService};
use serde_json::{Map, Value, json};

use crate::{
    api_key_authentication::API_KEY_SCHEME,
    authentication::SCHEME,
    authorisation::{Access, row_of},
    code::Code,
    cookies::{ACCESS_COOKIE, REFRESH_COOKIE},
    failure::{Failure, JSON},
};

/// The names of the security schemes of browsers.
const COOKIE_SCHEME: &str = "refreshCookie";
const ACCESS_COOKIE_SCHEME: &str = "accessCookie";
const CSRF_SCHEME: &str = "csrfToken";
const FAILURE_SCHEMA: &str = "#/components/schemas/Failure";
const METHODS: [&str; 5] = ["get", "put", "post", "delete", "patch"];

/// The document of these operations as JSON: pretty, keys in alphabetical order, the same for the same program.
pub fn render<T: OpenApi>(service: &OpenApiService<T, ()>) -> String {
    let mut document: Value = serde_json::from_str(&service.spec()).unwrap_or_default();
    complete(&mut document);
    let mut text = serde_json::to_string_pretty(&sorted(document)).unwrap_or_default();
    text.push('\n');
    text
}

fn complete(document: &mut Value) {
    let mut answers = BTreeSet::new();
    for (method, operation) in operations(document) {
        collect_references(&operation["responses"], &mut answers);
        let safe = method == "get";
        describe_failures(operation, safe);
        describe_callers(operation, safe);
        describe_cookie(operation);
        describe_idempotency(operation);
    }
    document["components"]["securitySchemes"][COOKIE_SCHEME] = json!({
        "type": "apiKey", "in": "cookie", "name": REFRESH_COOKIE,
        "description": "The refresh token, where login was told to hand it over in a cookie.",
    });
    document["components"]["securitySchemes"][ACCESS_COOKIE_SCHEME] = json!({
        "type": "apiKey", "in": "cookie", "name": ACCESS_COOKIE,
        "description": "The access token, where login was told to hand it over in a cookie.",
    });
    document["components"]["securitySchemes"][CSRF_SCHEME] = json!({
        "type": "apiKey", "in": "header", "name": "X-CSRF-Token",
        "description": "The CSRF token that login and refresh-token answer with, beside the cookie, for every request that \
                        changes something.",
    });
    require_all_fields(document, answers);
}

/// The access token may come in a cookie instead of the header; a change then needs the token of our own pages. Other
/// backends show an API key.
fn describe_callers(operation: &mut Value, safe: bool) {
    let Some(row) = operation["operationId"].as_str().and_then(row_of) else { return };
    let cookie =
        if safe { json!({ACCESS_COOKIE_SCHEME: []}) } else { json!({ACCESS_COOKIE_SCHEME: [], CSRF_SCHEME: []}) };
    operation["security"] = match row.access {
        Access::Public => return,
        Access::SignedIn => json!([{SCHEME: []}, cookie]),
        Access::ApiKey(_) => json!([{API_KEY_SCHEME: []}]),
        Access::ApiKeyOrUser(_) => json!([{SCHEME: []}, cookie, {API_KEY_SCHEME: []}]),
    };
}

/// The refresh token may come in a cookie instead of the body, together with the header that other sites cannot send.
fn describe_cookie(operation: &mut Value) {
    if !matches!(operation["operationId"].as_str(), Some("refreshToken" | "logout")) {
        return;
    }
    let alternatives = if operation["operationId"] == "logout" {
        json!([{}, {SCHEME: []}, {COOKIE_SCHEME: []}, {ACCESS_COOKIE_SCHEME: [], CSRF_SCHEME: []}])
    } else {
        json!([{}, {COOKIE_SCHEME: []}])
    };
    operation["security"] = alternatives;
    operation["parameters"] = json!([{
        "name": "X-Requested-With", "in": "header", "required": false,
        "description": "Must be sent when the refresh token comes in the cookie.",
        "schema": {"type": "string", "enum": ["open-meeting"]},
    }]);
}

fn operations(document: &mut Value) -> impl Iterator<Item = (&String, &mut Value)> {
    document["paths"]
        .as_object_mut()
        .into_iter()
        .flat_map(|paths| paths.values_mut())
        .filter_map(Value::as_object_mut)
        .flat_map(|path| path.iter_mut().filter(|(method, _)| METHODS.contains(&method.as_str())))
}

fn describe_idempotency(operation: &mut Value) {
    if operation["operationId"].as_str().and_then(row_of).is_some_and(|row| row.idempotent) {
        let key = json!({
            "name": "Idempotency-Key", "in": "header", "required": false,
            "description": "A name for this request, such as a random UUID. For 24 hours, the same request with the same \
                            key is answered as the first time (with `Idempotency-Replayed: true`) and done only once.",
            "schema": {"type": "string", "minLength": 1, "maxLength": 128, "pattern": "^[!-~]+$"},
        });
        match operation["parameters"].as_array_mut() {
            Some(parameters) => parameters.push(key),
            None => operation["parameters"] = json!([key]),
        }
    }
}

/// Replaces the "default" response by one for each status with which the operation may fail.
fn describe_failures(operation: &mut Value, safe: bool) {
    let has_body = operation.get("requestBody").is_some();
    let row = operation["operationId"].as_str().and_then(row_of);
    let parameters = operation["parameters"].as_array();
    let has_path_parameter = parameters.into_iter().flatten().any(|parameter| parameter["in"] == "path");
    let codes = row.map(|row| row.all_failures(has_body, has_path_parameter, safe)).unwrap_or_default();
    let Some(responses) = operation["responses"].as_object_mut() else { return };
    responses.remove("default");
    for code in &codes {
        let response = responses.entry(code.number().to_string()).or_insert_with(
            || json!({"description": "", "content": {JSON: {"schema": {"$ref": FAILURE_SCHEMA}, "examples": {}}}}),
        );
        let told = format!("`{}`: {}.", code.name(), code.message());
        let description = match response["description"].as_str() {
            Some("") | None => told,
            Some(before) => format!("{before}\n\n{told}"),
        };
        response["description"] = description.into();
        response["content"][JSON]["examples"][code.name()] = json!({"value": example(*code)});
        if *code == Code::RateLimited {
            response["headers"] = rate_limit_headers();
        }
    }
}

fn example(code: Code) -> Value {
    let details = match code {
        Code::RequestInvalid => json!([{"field": "title", "code": "required", "message": "must be given"}]),
        _ => json!([]),
    };
    json!({
        "code": code.number(), "message": code.message(), "timestamp": 1_790_000_000,
        "error": {"type": code.name(), "details": details},
    })
}

fn rate_limit_headers() -> Value {
    let header = |description: &str| json!({"description": description, "schema": {"type": "integer"}});
    json!({
        "Retry-After": header("Seconds until it may be tried again."),
        "RateLimit-Limit": header("How many may come at once."),
        "RateLimit-Remaining": header("How many more may come now."),
        "RateLimit-Reset": header("Seconds until as many as ever may come again."),
    })
}

/// Answers always have all of their fields (with null where there is nothing), so that clients need not ask.
fn require_all_fields(document: &mut Value, mut names: BTreeSet<String>) {
    names.insert("Failure".into());
    let mut done = BTreeSet::new();
    while let Some(name) = names.pop_first() {
        let schema = &mut document["components"]["schemas"][&name];
        let properties: Vec<Value> =
            schema["properties"].as_object().into_iter().flat_map(Map::keys).map(|key| key.as_str().into()).collect();
        if !properties.is_empty() {
            schema["required"] = properties.into();
        }
        done.insert(name);
        collect_references(schema, &mut names);
        names.retain(|name| !done.contains(name));
    }
}

fn collect_references(value: &Value, names: &mut BTreeSet<String>) {
    match value {
        Value::Object(members) => {
            for (key, member) in members {
                match (key.as_str(), member.as_str()) {
                    ("$ref", Some(reference)) => {
                        names.extend(reference.strip_prefix("#/components/schemas/").map(str::to_owned));
                    }
                    _ => collect_references(member, names),
                }
            }
        }
        Value::Array(items) => items.iter().for_each(|item| collect_references(item, names)),
        _ => {}
    }
}

/// Keys in alphabetical order, whichever map serde_json was built with.
fn sorted(value: Value) -> Value {
    match value {
        Value::Object(members) => {
            let mut members: Vec<_> = members.into_iter().collect();
            members.sort_by(|(a, _), (b, _)| a.cmp(b));
            members.into_iter().map(|(key, member)| (key, sorted(member))).collect::<Map<_, _>>().into()
        }
        Value::Array(items) => items.into_iter().map(sorted).collect::<Vec<_>>().into(),
        // Limits are floats to poem-openapi: `100.0` reads better as `100`.
        Value::Number(number) => match number.as_f64() {
            #[expect(clippy::cast_possible_truncation, reason = "the range is checked")]
            Some(float) if number.is_f64() && float.fract() == 0.0 && float.abs() < 1e15 => (float as i64).into(),
            _ => number.into(),
        },
        other => other,
    }
}

/// Serves the document at `/openapi.json`, and Swagger UI at `/docs`.
pub struct Documents {
    json: bytes::Bytes,
    html: bytes::Bytes,
}

impl Documents {
    /// Prepares both, once.
    pub fn new<T: OpenApi>(service: &OpenApiService<T, ()>) -> Self {
        let json = render(service);
        // Swagger UI comes with the document in it: put the completed one there. `</` would end the script.
        let html = service.swagger_ui_html().replace(&service.spec(), &json.replace("</", "<\\/"));
        Self { json: json.into(), html: html.into() }
    }

    /// The answer, if the path is one of theirs.
    pub fn serve(&self, path: &str, method: &Method) -> Option<Result<Response>> {
        let (body, content_type, policy) = match path {
            "/openapi.json" => (&self.json, JSON, None),
            "/docs" => (&self.html, "text/html; charset=utf-8", Some(DOCS_POLICY)),
            _ => return None,
        };
        if !matches!(*method, Method::GET | Method::HEAD) {
            let failure =
                Failure::new(Code::MethodNotAllowed).with_header(header::ALLOW, HeaderValue::from_static("GET, HEAD"));
            return Some(Err(failure.into()));
        }
        let mut response = Body::from_bytes(body.clone()).into_response();
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(content_type));
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-cache"));
        if let Some(policy) = policy {
            headers.insert(header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(policy));
        }
        Some(Ok(response))
    }
}

/// Swagger UI stands in one page, script and style included, and talks to this server only.
const DOCS_POLICY: &str = "default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'; img-src data:; \
                           connect-src 'self'; frame-ancestors 'none'";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_sorted_and_whole_numbers_whole() {
        let sorted = sorted(json!({"b": {"d": 1.0, "c": 1.5}, "a": [{"z": 1, "y": 2}]}));
        assert_eq!(sorted.to_string(), r#"{"a":[{"y":2,"z":1}],"b":{"c":1.5,"d":1}}"#);
    }

    #[test]
    fn answers_require_all_their_fields_and_requests_do_not() {
        let mut document = json!({"components": {"schemas": {
            "Failure": {"properties": {"code": {}}},
            "Answer": {"properties": {"inner": {"items": {"$ref": "#/components/schemas/Inner"}}}},
            "Inner": {"properties": {"a": {}, "b": {}}},
            "Request": {"properties": {"c": {}}},
        }}});
        require_all_fields(&mut document, BTreeSet::from(["Answer".to_owned()]));
        let schemas = &document["components"]["schemas"];
        assert_eq!(schemas["Inner"]["required"], json!(["a", "b"]));
        assert_eq!(schemas["Answer"]["required"], json!(["inner"]));
        assert_eq!(schemas["Request"].get("required"), None);
    }
}
