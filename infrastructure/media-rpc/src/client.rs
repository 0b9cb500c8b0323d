//! The engine at the other end of one connection.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use application_room::{
    ConsumerId, ConsumerInfo, Layers, MediaEngine, MediaError, MediaEvent, MediaEventSink, MediaUsage, ProduceRequest,
    ProducerId, RouterId, RouterInfo, StatsTarget, TransportDirection, TransportId, TransportInfo,
};
use async_trait::async_trait;
use domain_shared::RoomId;
use serde_json::Value;
use tokio::{
    io::{AsyncRead, AsyncWrite},
    sync::Semaphore,
    task::AbortHandle,
};
use tonic::{Response, Status, Streaming};

use crate::{
    connection::{Connection, ConnectionError, ConnectionLimits, MESSAGE_BYTES, Requests},
    failure,
    generated::{
        ConnectTransportRequest, ConsumeRequest, CreateTransportRequest, Done, OpenRouterRequest, RouterMessage,
        SetPreferredLayersRequest, media_client::MediaClient, router_message::Message,
    },
    wire,
};

type Client = MediaClient<Requests>;

/// An engine at the other end of a connection. When the connection is lost, every router of it is told as closed, and what
/// is asked fails at once.
pub struct RemoteMediaEngine {
    connection: Connection,
    client: Client,
    limits: ConnectionLimits,
    under_way: Semaphore,
    routers: Routers,
}

/// The routers that are open, each with the task that hands its events on.
type Routers = Arc<Mutex<HashMap<RouterId, AbortHandle>>>;

fn lock(routers: &Mutex<HashMap<RouterId, AbortHandle>>) -> MutexGuard<'_, HashMap<RouterId, AbortHandle>> {
    routers.lock().unwrap_or_else(PoisonError::into_inner)
}

impl RemoteMediaEngine {
    /// Drives the engine that is served at the other end of `io`.
    ///
    /// # Errors
    /// The other end does not shake hands.
    pub async fn over<Io>(io: Io, limits: ConnectionLimits) -> Result<Self, ConnectionError>
    where
        Io: AsyncRead + AsyncWrite + Unpin + Send + 'static,
    {
        let connection = Connection::new(io, &limits).await?;
        // Requests must have an origin; nobody looks at it.
        let client = Client::with_origin(connection.requests.clone(), http::Uri::from_static("http://media"))
            .max_decoding_message_size(MESSAGE_BYTES)
            .max_encoding_message_size(MESSAGE_BYTES);
        let under_way = Semaphore::new(limits.operations.clamp(1, Semaphore::MAX_PERMITS));
        Ok(Self { connection, client, limits, under_way, routers: Arc::default() })
    }

    /// Returns when the connection has ended, whoever ended it.
    pub async fn closed(&self) {
        self.connection.closed().await;
    }

    /// Ends the connection, and with it everything that was made over it.
    pub fn close(&self) {
        self.connection.close();
    }

    /// Whether the connection has ended.
    #[must_use]
    pub fn is_closed(&self) -> bool {
        self.connection.is_closed()
    }

    /// What is open there, or that it does not answer.
    ///
    /// # Errors
    /// It does not answer in time, or the connection is lost.
    pub async fn ask_usage(&self) -> Result<MediaUsage, MediaError> {
        let usage = self.ask(|mut client| async move { client.get_usage(Done {}).await }).await?;
        Ok(wire::media_usage(&usage))
    }

    /// Asks something, within bounds.
    async fn ask<T, Answer>(&self, request: impl FnOnce(Client) -> Answer + Send) -> Result<T, MediaError>
    where
        Answer: Future<Output = Result<Response<T>, Status>> + Send,
    {
        let asking = async {
            let _turn = self.under_way.acquire().await.map_err(|closed| MediaError::Unavailable(closed.into()))?;
            if self.connection.is_closed() {
                return Err(MediaError::Unavailable("the connection to the media worker is lost".into()));
            }
            request(self.client.clone()).await.map(Response::into_inner).map_err(failure::media_error)
        };
        match tokio::time::timeout(self.limits.operation, asking).await {
            Ok(answer) => answer,
            Err(_) => Err(MediaError::Unavailable("the media worker did not answer in time".into())),
        }
    }

    /// Closes something. What cannot be closed is gone already, with the connection or by itself.
    async fn ask_to_close<Answer>(&self, request: impl FnOnce(Client) -> Answer + Send)
    where
        Answer: Future<Output = Result<Response<Done>, Status>> + Send,
    {
        if let Err(error) = self.ask(request).await {
            tracing::debug!(%error, "the media worker was not asked to close something");
        }
    }

    async fn first_message(stream: &mut Streaming<RouterMessage>) -> Result<RouterInfo, Status> {
        match stream.message().await? {
            Some(RouterMessage { message: Some(Message::Opened(router)) }) => wire::router_info(&router),
            _ => Err(Status::internal("a router was not told")),
        }
    }
}

/// Hands on what a router tells, to its end.
async fn hand_on(mut stream: Streaming<RouterMessage>, events: MediaEventSink, routers: Routers, router: RouterId) {
    loop {
        match stream.message().await {
            Ok(Some(RouterMessage { message: Some(Message::Event(event)) })) => match wire::media_event(event) {
                Some(MediaEvent::RouterClosed) => break,
                Some(event) => events(event),
                None => {}
            },
            Ok(Some(_)) => {}
            Ok(None) => break,
            Err(error) => {
                tracing::debug!(%error, %router, "the events of a router have ended");
                break;
            }
        }
    }
    // Whoever has closed it need not be told.
    if lock(&routers).remove(&router).is_some() {
        events(MediaEvent::RouterClosed);
    }
}

#[async_trait]
impl MediaEngine for RemoteMediaEngine {
    async fn open_router(&self, room: RoomId, events: MediaEventSink) -> Result<RouterInfo, MediaError> {
        let request = OpenRouterRequest { room: room.to_string() };
        let opening = |mut client: Client| async move {
            let mut stream = client.open_router(request).await?.into_inner();
            let info = Self::first_message(&mut stream).await?;
            Ok(Response::new((info, stream)))
        };
        let (info, stream) = self.ask(opening).await?;
        let (routers, id) = (self.routers.clone(), info.id.clone());
        // Locked meanwhile, so that an end that comes at once finds the router.
        let mut open = lock(&self.routers);
        let task = tokio::spawn(hand_on(stream, events, routers, id.clone()));
        open.insert(id, task.abort_handle());
        Ok(info)
    }

    async fn close_router(&self, router: &RouterId) {
        let task = lock(&self.routers).remove(router);
        self.ask_to_close(|mut client| async move { client.close_router(wire::id(router)).await }).await;
        if let Some(task) = task {
            task.abort();
        }
    }

    async fn create_transport(
        &self,
        router: &RouterId,
        direction: TransportDirection,
        sctp_capabilities: Option<Value>,
    ) -> Result<TransportInfo, MediaError> {
        let request = CreateTransportRequest {
            router: router.to_string(),
            direction: wire::direction(direction).into(),
            sctp_capabilities: sctp_capabilities.as_ref().map(wire::bytes),
        };
        let transport = self.ask(|mut client| async move { client.create_transport(request).await }).await?;
        wire::transport_info(transport).map_err(failure::media_error)
    }

    async fn connect_transport(&self, transport: &TransportId, dtls_parameters: Value) -> Result<(), MediaError> {
        let dtls_parameters = wire::bytes(&dtls_parameters);
        let request = ConnectTransportRequest { transport: transport.to_string(), dtls_parameters };
        self.ask(|mut client| async move { client.connect_transport(request).await }).await.map(drop)
    }

    async fn restart_ice(&self, transport: &TransportId) -> Result<Value, MediaError> {
        let parameters = self.ask(|mut client| async move { client.restart_ice(wire::id(transport)).await }).await?;
        wire::json(&parameters.json, "ice_parameters").map_err(failure::media_error)
    }

    async fn close_transport(&self, transport: &TransportId) {
        self.ask_to_close(|mut client| async move { client.close_transport(wire::id(transport)).await }).await;
    }

    async fn produce(&self, transport: &TransportId, request: ProduceRequest) -> Result<ProducerId, MediaError> {
        let request = wire::produce(transport, &request);
        Ok(ProducerId(self.ask(|mut client| async move { client.produce(request).await }).await?.id))
    }

    async fn pause_producer(&self, producer: &ProducerId) -> Result<(), MediaError> {
        self.ask(|mut client| async move { client.pause_producer(wire::id(producer)).await }).await.map(drop)
    }

    async fn resume_producer(&self, producer: &ProducerId) -> Result<(), MediaError> {
        self.ask(|mut client| async move { client.resume_producer(wire::id(producer)).await }).await.map(drop)
    }

    async fn close_producer(&self, producer: &ProducerId) {
        self.ask_to_close(|mut client| async move { client.close_producer(wire::id(producer)).await }).await;
    }

    async fn consume(
        &self,
        transport: &TransportId,
        producer: &ProducerId,
        rtp_capabilities: Value,
    ) -> Result<ConsumerInfo, MediaError> {
        let request = ConsumeRequest {
            transport: transport.to_string(),
            producer: producer.to_string(),
            rtp_capabilities: wire::bytes(&rtp_capabilities),
        };
        let consumer = self.ask(|mut client| async move { client.consume(request).await }).await?;
        wire::consumer_info(consumer).map_err(failure::media_error)
    }

    async fn pause_consumer(&self, consumer: &ConsumerId) -> Result<(), MediaError> {
        self.ask(|mut client| async move { client.pause_consumer(wire::id(consumer)).await }).await.map(drop)
    }

    async fn resume_consumer(&self, consumer: &ConsumerId) -> Result<(), MediaError> {
        self.ask(|mut client| async move { client.resume_consumer(wire::id(consumer)).await }).await.map(drop)
    }

    async fn close_consumer(&self, consumer: &ConsumerId) {
        self.ask_to_close(|mut client| async move { client.close_consumer(wire::id(consumer)).await }).await;
    }

    async fn set_preferred_layers(&self, consumer: &ConsumerId, layers: Layers) -> Result<(), MediaError> {
        let request = SetPreferredLayersRequest { consumer: consumer.to_string(), layers: Some(wire::layers(layers)) };
        self.ask(|mut client| async move { client.set_preferred_layers(request).await }).await.map(drop)
    }

    async fn request_key_frame(&self, consumer: &ConsumerId) -> Result<(), MediaError> {
        self.ask(|mut client| async move { client.request_key_frame(wire::id(consumer)).await }).await.map(drop)
    }

    async fn stats(&self, target: &StatsTarget) -> Result<Value, MediaError> {
        let request = wire::stats_request(target);
        let stats = self.ask(|mut client| async move { client.get_stats(request).await }).await?;
        wire::json(&stats.json, "stats").map_err(failure::media_error)
    }

    async fn usage(&self) -> MediaUsage {
        // A worker that is gone or does not answer has nothing that could be used.
        self.ask_usage().await.unwrap_or_default()
    }
}

impl Drop for RemoteMediaEngine {
    fn drop(&mut self) {
        // The streams end with the connection, and the tasks with them.
        self.connection.close();
    }
}
