//! The task that writes to one client, alone: answers, events, pings and the close frame.

use std::{io, time::Duration};

use application_room::SessionEvent;
use futures::{Sink, SinkExt};
use poem::web::websocket::{CloseCode as FrameCode, Message};
use tokio::{sync::mpsc, time::timeout};

use crate::encode;

/// How many events are written before the socket is flushed.
const BATCH: usize = 64;

/// What is to be written.
pub(crate) enum Outgoing {
    /// An answer.
    Text(String),
    /// The answer to `join`; the events come after it.
    Welcome(String, mpsc::Receiver<SessionEvent>),
    /// A WebSocket ping.
    Ping,
    /// The end: what is queued, then a close frame.
    Close(u16, &'static str),
}

/// Writes until the end, until the client does not take anything for `patience`, or until its connection is lost.
pub(crate) async fn write<S>(mut sink: S, mut outgoing: mpsc::Receiver<Outgoing>, patience: Duration)
where
    S: Sink<Message, Error = io::Error> + Unpin,
{
    let mut events: Option<mpsc::Receiver<SessionEvent>> = None;
    let mut batch = Vec::with_capacity(BATCH);
    loop {
        let next = tokio::select! {
            next = outgoing.recv() => match next {
                Some(next) => Some(next),
                None => return,
            },
            count = receive(&mut events, &mut batch) => {
                if count == 0 {
                    events = None;
                }
                None
            }
        };
        let writing = async {
            match next {
                None => feed_events(&mut sink, &mut batch).await?,
                Some(Outgoing::Text(text)) => sink.feed(Message::Text(text)).await?,
                Some(Outgoing::Welcome(text, receiver)) => {
                    events = Some(receiver);
                    sink.feed(Message::Text(text)).await?;
                }
                Some(Outgoing::Ping) => sink.feed(Message::Ping(Vec::new())).await?,
                Some(Outgoing::Close(code, reason)) => {
                    if let Some(queued) = &mut events {
                        while let Ok(event) = queued.try_recv() {
                            batch.push(event);
                        }
                    }
                    feed_events(&mut sink, &mut batch).await?;
                    sink.feed(Message::Close(Some((FrameCode::from(code), reason.to_owned())))).await?;
                    sink.flush().await?;
                    return Ok(false);
                }
            }
            sink.flush().await?;
            Ok::<_, io::Error>(true)
        };
        match timeout(patience, writing).await {
            Ok(Ok(true)) => {}
            // Closed, lost, or too slow: the reading side notices that this task is over.
            Ok(Ok(false) | Err(_)) | Err(_) => return,
        }
    }
}

async fn receive(events: &mut Option<mpsc::Receiver<SessionEvent>>, batch: &mut Vec<SessionEvent>) -> usize {
    match events {
        Some(events) => events.recv_many(batch, BATCH).await,
        None => std::future::pending().await,
    }
}

async fn feed_events<S>(sink: &mut S, batch: &mut Vec<SessionEvent>) -> io::Result<()>
where
    S: Sink<Message, Error = io::Error> + Unpin,
{
    for event in batch.drain(..) {
        sink.feed(Message::Text(encode::frame(&event))).await?;
    }
    Ok(())
}
