//! Rooms for other backends.

mod errors;
mod operations;
mod participant_shapes;
mod participants;
mod shapes;
mod use_cases;

pub use operations::RoomsApi;
pub use participants::RoomParticipantsApi;
pub use use_cases::RoomUseCases;
