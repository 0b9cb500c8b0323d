//! The service over any engine.

use std::sync::Arc;

use application_room::{ConsumerId, MediaEngine, MediaError, ProducerId, RouterId, TransportId};
use tonic::{Request, Response, Status, async_trait};

use crate::{
    failure,
    generated::{
        ConnectTransportRequest, ConsumeRequest, Consumer, CreateTransportRequest, Done, GetStatsRequest, Id, Json,
        OpenRouterRequest, ProduceRequest, SetPreferredLayersRequest, Transport, Usage, media_server::Media,
    },
    router_stream::RouterStream,
    wire,
};

/// The service.
pub(crate) struct MediaService {
    engine: Arc<dyn MediaEngine>,
}

impl MediaService {
    pub(crate) fn new(engine: Arc<dyn MediaEngine>) -> Self {
        Self { engine }
    }
}

type Answer<T> = Result<Response<T>, Status>;

fn done(result: Result<(), MediaError>) -> Answer<Done> {
    result.map(|()| Response::new(Done {})).map_err(|error| failure::status(&error))
}

fn closed() -> Answer<Done> {
    Ok(Response::new(Done {}))
}

fn answer<T, M>(result: Result<T, MediaError>, message: impl FnOnce(T) -> M) -> Answer<M> {
    result.map(|value| Response::new(message(value))).map_err(|error| failure::status(&error))
}

#[async_trait]
impl Media for MediaService {
    type OpenRouterStream = RouterStream;

    async fn open_router(&self, request: Request<OpenRouterRequest>) -> Answer<RouterStream> {
        let room = request.into_inner().room.parse().map_err(|_| Status::internal("room is no UUID"))?;
        answer(RouterStream::open(self.engine.clone(), room).await, |stream| stream)
    }

    async fn close_router(&self, request: Request<Id>) -> Answer<Done> {
        self.engine.close_router(&RouterId(request.into_inner().id)).await;
        closed()
    }

    async fn create_transport(&self, request: Request<CreateTransportRequest>) -> Answer<Transport> {
        let request = request.into_inner();
        let direction = wire::transport_direction(request.direction())?;
        let sctp = request.sctp_capabilities.map(|sctp| wire::json(&sctp, "sctp_capabilities")).transpose()?;
        let made = self.engine.create_transport(&RouterId(request.router), direction, sctp).await;
        answer(made, |info| wire::transport(&info))
    }

    async fn connect_transport(&self, request: Request<ConnectTransportRequest>) -> Answer<Done> {
        let request = request.into_inner();
        let parameters = wire::json(&request.dtls_parameters, "dtls_parameters")?;
        done(self.engine.connect_transport(&TransportId(request.transport), parameters).await)
    }

    async fn restart_ice(&self, request: Request<Id>) -> Answer<Json> {
        let restarted = self.engine.restart_ice(&TransportId(request.into_inner().id)).await;
        answer(restarted, |parameters| Json { json: wire::bytes(&parameters) })
    }

    async fn close_transport(&self, request: Request<Id>) -> Answer<Done> {
        self.engine.close_transport(&TransportId(request.into_inner().id)).await;
        closed()
    }

    async fn produce(&self, request: Request<ProduceRequest>) -> Answer<Id> {
        let request = request.into_inner();
        let wanted = wire::produce_request(&request)?;
        answer(self.engine.produce(&TransportId(request.transport), wanted).await, wire::id)
    }

    async fn pause_producer(&self, request: Request<Id>) -> Answer<Done> {
        done(self.engine.pause_producer(&ProducerId(request.into_inner().id)).await)
    }

    async fn resume_producer(&self, request: Request<Id>) -> Answer<Done> {
        done(self.engine.resume_producer(&ProducerId(request.into_inner().id)).await)
    }

    async fn close_producer(&self, request: Request<Id>) -> Answer<Done> {
        self.engine.close_producer(&ProducerId(request.into_inner().id)).await;
        closed()
    }

    async fn consume(&self, request: Request<ConsumeRequest>) -> Answer<Consumer> {
        let request = request.into_inner();
        let capabilities = wire::json(&request.rtp_capabilities, "rtp_capabilities")?;
        let (transport, producer) = (TransportId(request.transport), ProducerId(request.producer));
        answer(self.engine.consume(&transport, &producer, capabilities).await, |info| wire::consumer(&info))
    }

    async fn pause_consumer(&self, request: Request<Id>) -> Answer<Done> {
        done(self.engine.pause_consumer(&ConsumerId(request.into_inner().id)).await)
    }

    async fn resume_consumer(&self, request: Request<Id>) -> Answer<Done> {
        done(self.engine.resume_consumer(&ConsumerId(request.into_inner().id)).await)
    }

    async fn close_consumer(&self, request: Request<Id>) -> Answer<Done> {
        self.engine.close_consumer(&ConsumerId(request.into_inner().id)).await;
        closed()
    }

    async fn set_preferred_layers(&self, request: Request<SetPreferredLayersRequest>) -> Answer<Done> {
        let request = request.into_inner();
        let layers = wire::media_layers(request.layers.unwrap_or_default());
        done(self.engine.set_preferred_layers(&ConsumerId(request.consumer), layers).await)
    }

    async fn request_key_frame(&self, request: Request<Id>) -> Answer<Done> {
        done(self.engine.request_key_frame(&ConsumerId(request.into_inner().id)).await)
    }

    async fn get_stats(&self, request: Request<GetStatsRequest>) -> Answer<Json> {
        let target = wire::stats_target(request.into_inner())?;
        answer(self.engine.stats(&target).await, |stats| Json { json: wire::bytes(&stats) })
    }

    async fn get_usage(&self, _: Request<Done>) -> Answer<Usage> {
        Ok(Response::new(wire::usage(&self.engine.usage().await)))
    }
}
