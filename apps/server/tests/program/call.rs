//! Somebody in the room of a meeting, or in its lobby, by signalling.

use futures::{SinkExt, StreamExt};
use serde_json::{Value, json};
use tokio::net::TcpStream;
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, connect_async, tungstenite::Message};

use crate::process::LIMIT;

/// A connection.
pub struct Call(WebSocketStream<MaybeTlsStream<TcpStream>>);

impl Call {
    /// Enters what the answer to a join opens.
    pub async fn enter(url: &str, joined: &Value) -> Self {
        Self::enter_and_look(url, joined).await.0
    }

    /// Enters, and tells how the room is found.
    pub async fn enter_and_look(url: &str, joined: &Value) -> (Self, Value) {
        let mut call = Self::knock(url, joined).await;
        let welcome = call.hear("welcome").await;
        (call, welcome)
    }

    /// Tries to; whatever comes of it is not heard yet.
    pub async fn knock(url: &str, joined: &Value) -> Self {
        let (socket, _) = connect_async(url.replace("http", "ws") + "/ws/signaling").await.unwrap();
        let mut call = Self(socket);
        call.say(json!({"type": "join", "id": 1, "token": joined["room_token"], "room_id": joined["room_id"]})).await;
        call
    }

    pub async fn say(&mut self, message: Value) {
        self.0.send(Message::text(message.to_string())).await.unwrap();
    }

    /// The next message of that type; others before it are passed over.
    pub async fn hear(&mut self, kind: &str) -> Value {
        self.hear_any(&[kind]).await
    }

    /// The next message of one of these types; others before it are passed over.
    pub async fn hear_any(&mut self, kinds: &[&str]) -> Value {
        let heard = async {
            loop {
                if let Message::Text(text) = self.0.next().await.unwrap().unwrap() {
                    let message: Value = serde_json::from_str(&text).unwrap();
                    let wanted = kinds.iter().any(|kind| message["type"] == *kind);
                    assert!(wanted || message["type"] != "error", "{message}");
                    if wanted {
                        return message;
                    }
                }
            }
        };
        tokio::time::timeout(LIMIT, heard).await.unwrap()
    }

    /// The answer to a request; events before it are passed over.
    pub async fn answer(&mut self, id: u64) -> Value {
        loop {
            let answer = self.hear("ok").await;
            if answer["id"] == id {
                return answer;
            }
        }
    }

    /// How a request was answered: `ok`, the code of an error, or `closed` when the server closed first.
    pub async fn outcome(&mut self, id: u64) -> String {
        let answered = async {
            loop {
                match self.0.next().await.unwrap().unwrap() {
                    Message::Text(text) => {
                        let message: Value = serde_json::from_str(&text).unwrap();
                        if message["id"] == id {
                            let code = message.get("code").unwrap_or(&message["type"]);
                            return code.as_str().unwrap().to_owned();
                        }
                    }
                    Message::Close(_) => return "closed".to_owned(),
                    _ => {}
                }
            }
        };
        tokio::time::timeout(LIMIT, answered).await.unwrap()
    }

    /// Why the server closes.
    pub async fn closed(&mut self) -> u16 {
        let closed = async {
            loop {
                if let Message::Close(Some(frame)) = self.0.next().await.unwrap().unwrap() {
                    return frame.code.into();
                }
            }
        };
        tokio::time::timeout(LIMIT, closed).await.unwrap()
    }
}
