//! A client as the contract describes it. It checks of everything it hears that it keeps to the contract's frame:
//! `type` first, answers with the `id` of their request, events with numbers without gaps.

use std::{collections::VecDeque, time::Duration};

use domain_shared::RoomId;
use futures::{SinkExt, StreamExt, stream::SplitSink};
use serde_json::{Value, json};
use tokio::{net::TcpStream, sync::mpsc, task::JoinHandle};
use tokio_tungstenite::{
    MaybeTlsStream, WebSocketStream, connect_async,
    tungstenite::{Bytes, Message},
};

pub type Socket = WebSocketStream<MaybeTlsStream<TcpStream>>;

/// Far more than anything takes; only a test that would hang fails by it.
const PATIENCE: Duration = Duration::from_secs(60);

/// What was heard.
enum Heard {
    Message(Value),
    Closed(u16, String),
    Lost,
}

/// A connection. A task of its own reads, so that pings are answered while a test does something else.
pub struct Client {
    sink: SplitSink<Socket, Message>,
    heard: mpsc::UnboundedReceiver<Heard>,
    reading: JoinHandle<()>,
    events: VecDeque<Value>,
    next_id: u64,
    seq: u64,
}

/// The connection breaks without a word.
impl Drop for Client {
    fn drop(&mut self) {
        self.reading.abort();
    }
}

/// Waits for something that must come.
pub async fn soon<T>(future: impl Future<Output = T>) -> T {
    tokio::time::timeout(PATIENCE, future).await.expect("what must come came never")
}

impl Client {
    pub async fn connect(url: &str) -> Self {
        let (socket, _) = soon(connect_async(url)).await.unwrap();
        Self::over(socket)
    }

    pub fn over(socket: Socket) -> Self {
        let (sink, mut stream) = socket.split();
        let (sender, heard) = mpsc::unbounded_channel();
        let reading = tokio::spawn(async move {
            while let Some(message) = stream.next().await {
                let message = match message {
                    Ok(Message::Text(text)) => {
                        assert!(text.starts_with(r#"{"type":""#), "type comes first: {text}");
                        Heard::Message(serde_json::from_str(&text).unwrap())
                    }
                    Ok(Message::Close(Some(frame))) => Heard::Closed(frame.code.into(), frame.reason.to_string()),
                    Ok(Message::Binary(_)) => panic!("the server sends text only"),
                    Ok(_) => continue,
                    Err(_) => break,
                };
                if sender.send(message).is_err() {
                    return;
                }
            }
            sender.send(Heard::Lost).ok();
        });
        Self { sink, heard, reading, events: VecDeque::new(), next_id: 0, seq: 0 }
    }

    pub async fn join(&mut self, token: &str, room: RoomId) -> Value {
        self.request(json!({ "type": "join", "token": token, "room_id": room })).await
    }

    /// Sends a text as it is.
    pub async fn send_text(&mut self, text: impl Into<String>) {
        soon(self.sink.send(Message::text(text.into()))).await.unwrap();
    }

    pub async fn send_binary(&mut self, data: impl Into<Bytes>) {
        soon(self.sink.send(Message::binary(data))).await.unwrap();
    }

    /// Sends a text; that the server has closed meanwhile is none of the test's concern.
    pub async fn try_send_text(&mut self, text: impl Into<String>) -> bool {
        soon(self.sink.send(Message::text(text.into()))).await.is_ok()
    }

    /// Sends a request with an `id` of its own and returns its answer.
    pub async fn request(&mut self, mut request: Value) -> Value {
        self.next_id += 1;
        let id = self.next_id;
        request["id"] = id.into();
        self.send_text(request.to_string()).await;
        self.answer_to(id).await
    }

    /// The answer to the request `id`; events that come before it are kept.
    pub async fn answer_to(&mut self, id: u64) -> Value {
        loop {
            let message = self.message().await;
            if message.get("seq").is_some() && message["type"] != "welcome" {
                self.events.push_back(message);
            } else {
                assert_eq!(message["id"], id, "{message}");
                return message;
            }
        }
    }

    /// Asserts that a request is done.
    pub async fn done(&mut self, request: Value) -> Value {
        let shown = request.to_string();
        let answer = self.request(request).await;
        assert_eq!(answer["type"], "ok", "{shown}: {answer}");
        answer
    }

    /// Asserts that a request is refused with `code`.
    pub async fn refused(&mut self, request: Value, code: &str) {
        let shown = request.to_string();
        let answer = self.request(request).await;
        assert_eq!((&answer["type"], &answer["code"]), (&json!("error"), &json!(code)), "{shown}: {answer}");
        assert!(answer["message"].as_str().is_some_and(|message| !message.is_empty()), "{answer}");
    }

    /// The next error that answers a message without `id`.
    pub async fn stray_error(&mut self) -> String {
        loop {
            let message = self.message().await;
            if message.get("seq").is_some() {
                self.events.push_back(message);
                continue;
            }
            assert_eq!(message["type"], "error", "{message}");
            assert!(message.get("id").is_none(), "{message}");
            return message["code"].as_str().unwrap().to_owned();
        }
    }

    /// The next event.
    pub async fn event(&mut self) -> Value {
        if let Some(event) = self.events.pop_front() {
            return event;
        }
        let message = self.message().await;
        assert!(message.get("seq").is_some() && message.get("id").is_none(), "not an event: {message}");
        message
    }

    /// The next event of a type; those before it are forgotten.
    pub async fn event_of(&mut self, kind: &str) -> Value {
        loop {
            let event = self.event().await;
            if event["type"] == kind {
                return event;
            }
        }
    }

    /// The next event, which must be of this type.
    pub async fn next_is(&mut self, kind: &str) -> Value {
        let event = self.event().await;
        assert_eq!(event["type"], kind, "{event}");
        event
    }

    /// All events so far, up to a chat message of one's own.
    pub async fn events_so_far(&mut self) -> Vec<Value> {
        self.done(json!({ "type": "chat", "text": "so far" })).await;
        let mut events = Vec::new();
        loop {
            let event = self.event().await;
            if event["type"] == "chat" && event["text"] == "so far" {
                return events;
            }
            events.push(event);
        }
    }

    async fn message(&mut self) -> Value {
        match soon(self.heard.recv()).await {
            Some(Heard::Message(message)) => {
                if let (Some(seq), None) = (message.get("seq"), message.get("session_id")) {
                    self.seq += 1;
                    assert_eq!(seq, self.seq, "numbers have no gaps: {message}");
                }
                message
            }
            Some(Heard::Closed(code, reason)) => panic!("closed with {code} {reason}"),
            Some(Heard::Lost) | None => panic!("the connection is lost"),
        }
    }

    /// Waits for the server's close frame; messages before it are forgotten.
    pub async fn closed(&mut self) -> (u16, String) {
        loop {
            match soon(self.heard.recv()).await {
                Some(Heard::Message(_)) => {}
                Some(Heard::Closed(code, reason)) => return (code, reason),
                Some(Heard::Lost) | None => panic!("the connection is lost without a close frame"),
            }
        }
    }

    /// Waits for the end of the connection, however it comes; tells the close frame's code, if there was one.
    pub async fn over_somehow(&mut self) -> Option<u16> {
        loop {
            match soon(self.heard.recv()).await {
                Some(Heard::Message(_)) => {}
                Some(Heard::Closed(code, _)) => return Some(code),
                Some(Heard::Lost) | None => return None,
            }
        }
    }

    /// Says goodbye as a browser does when its tab is closed.
    pub async fn close(mut self) {
        soon(self.sink.close()).await.ok();
    }
}

/// A connection that is in the room and reads nothing after the welcome, not even pings.
pub async fn deaf(url: &str, token: &str, room: RoomId) -> Socket {
    let (mut socket, _) = soon(connect_async(url)).await.unwrap();
    let join = json!({ "type": "join", "id": 1, "token": token, "room_id": room });
    soon(socket.send(Message::text(join.to_string()))).await.unwrap();
    let welcome = soon(socket.next()).await.unwrap().unwrap();
    assert!(welcome.to_text().unwrap().starts_with(r#"{"type":"welcome""#), "{welcome}");
    socket
}
