//! The published schema: one JSON document with a definition of every message.

use schemars::{Schema, SchemaGenerator, generate::SchemaSettings};
use serde_json::{Map, Value, json};

use super::{CloseCode, MAX_FRAME_BYTES, MAX_REQUEST_ID, answer, client, event};

/// The schema of the whole protocol (JSON Schema 2020-12).
///
/// `$defs` holds one definition per message (`JoinRequest`, `WelcomeAnswer`, `ChatEvent`, ...) and the unions
/// `ClientMessage`, `ServerAnswer`, `ServerEvent` and `ServerMessage`. A request's `x-answer` names the definition of
/// its answer. `x-close-codes` lists the WebSocket close codes.
#[must_use]
pub fn schema() -> Value {
    let mut generator = SchemaSettings::draft2020_12().into_generator();
    let mut messages = Map::new();

    let mut requests = Vec::new();
    for (kind, name, schema, answered_by) in client::schemas(&mut generator) {
        let mut message = message(kind, schema, &[("id", request_id(), false)]);
        message.insert("x-answer".into(), json!(answered_by));
        messages.insert(name.into(), Value::Object(message));
        requests.push(name);
    }
    let mut answers = Vec::new();
    for (kind, name, schema) in answer::schemas(&mut generator) {
        // These come without `id` for a message that had none.
        let always = !matches!(kind, "error" | "pong" | "welcome");
        messages.insert(name.into(), Value::Object(message(kind, schema, &[("id", request_id(), always)])));
        answers.push(name);
    }
    let mut events = Vec::new();
    for (kind, name, schema) in event::schemas(&mut generator) {
        let seq = json!({
            "type": "integer", "minimum": 1, "maximum": MAX_REQUEST_ID,
            "description": "The event's number in this session, without gaps.",
        });
        messages.insert(name.into(), Value::Object(message(kind, schema, &[("seq", seq, true)])));
        events.push(name);
    }

    let mut definitions = shared_definitions(&mut generator);
    definitions.append(&mut messages);
    definitions.insert("ClientMessage".into(), any_of("Any message of a client.", &requests));
    definitions.insert("ServerAnswer".into(), any_of("Any answer of the server.", &answers));
    definitions.insert("ServerEvent".into(), any_of("Any event of the server.", &events));
    definitions.insert("ServerMessage".into(), any_of("Any message of the server.", &["ServerAnswer", "ServerEvent"]));
    json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "SignalingMessage",
        "description": format!(
            "Messages of GET /ws/signaling: one JSON object per WebSocket text frame of at most {MAX_FRAME_BYTES} bytes."
        ),
        "anyOf": [{ "$ref": "#/$defs/ClientMessage" }, { "$ref": "#/$defs/ServerMessage" }],
        "x-close-codes": CloseCode::ALL
            .iter()
            .map(|code| (code.code().to_string(), json!(code.reason())))
            .collect::<Map<_, _>>(),
        "$defs": definitions,
    })
}

/// Adds `type` and the fields of the frame around a body.
fn message(kind: &str, body: Schema, frame: &[(&str, Value, bool)]) -> Map<String, Value> {
    let mut body = match body.to_value() {
        Value::Object(body) => body,
        _ => Map::new(),
    };
    let mut properties = Map::new();
    properties.insert("type".into(), json!({ "type": "string", "const": kind }));
    let mut required = vec![json!("type")];
    for (name, schema, always) in frame {
        properties.insert((*name).into(), schema.clone());
        if *always {
            required.push(json!(name));
        }
    }
    if let Some(Value::Object(fields)) = body.remove("properties") {
        properties.extend(fields);
    }
    if let Some(Value::Array(fields)) = body.remove("required") {
        required.extend(fields);
    }
    body.remove("title");
    body.insert("type".into(), json!("object"));
    body.insert("properties".into(), Value::Object(properties));
    body.insert("required".into(), Value::Array(required));
    body
}

fn request_id() -> Value {
    json!({
        "type": "integer", "minimum": 0, "maximum": MAX_REQUEST_ID,
        "description": "Chosen by the client; the answer bears the same.",
    })
}

fn any_of(description: &str, names: &[&str]) -> Value {
    let members: Vec<Value> = names.iter().map(|name| json!({ "$ref": format!("#/$defs/{name}") })).collect();
    json!({ "description": description, "anyOf": members })
}

fn shared_definitions(generator: &mut SchemaGenerator) -> Map<String, Value> {
    generator.take_definitions(true)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn references(value: &Value, found: &mut Vec<String>) {
        match value {
            Value::Object(fields) => {
                if let Some(Value::String(name)) = fields.get("$ref") {
                    found.push(name.clone());
                }
                fields.values().for_each(|field| references(field, found));
            }
            Value::Array(items) => items.iter().for_each(|item| references(item, found)),
            _ => {}
        }
    }

    #[test]
    fn every_reference_leads_to_a_definition() {
        let schema = schema();
        let mut found = Vec::new();
        references(&schema, &mut found);
        assert!(found.len() > 60, "{} references", found.len());
        for name in found {
            let pointer = name.trim_start_matches('#');
            assert!(schema.pointer(pointer).is_some(), "{name} leads nowhere");
        }
    }

    #[test]
    fn messages_say_their_type_and_their_frame() {
        let schema = schema();
        let join = &schema["$defs"]["JoinRequest"];
        assert_eq!(join["properties"]["type"]["const"], "join");
        assert_eq!(join["required"], json!(["type", "token", "room_id"]));
        assert_eq!(join["x-answer"], "WelcomeAnswer");
        assert_eq!(schema["$defs"]["ProduceAnswer"]["required"], json!(["type", "id", "producer_id"]));
        assert_eq!(schema["$defs"]["ChatEvent"]["required"][1], "seq");
        assert_eq!(schema["$defs"]["OkAnswer"]["properties"]["type"]["const"], "ok");
    }

    #[test]
    fn every_client_message_is_defined_with_an_answer() {
        let schema = schema();
        let requests = schema["$defs"]["ClientMessage"]["anyOf"].as_array().cloned().unwrap_or_default();
        assert_eq!(requests.len(), super::super::ClientMessage::TYPES.len());
        for request in requests {
            let definition = schema.pointer(request["$ref"].as_str().unwrap().trim_start_matches('#')).unwrap();
            let answer = definition["x-answer"].as_str().unwrap();
            assert!(schema["$defs"][answer].is_object(), "{answer}");
        }
    }
}
