//! Tests of live rooms with a media engine and a pub/sub service that only pretend.

mod channels;
mod ending;
mod fake_engine;
mod fake_ports;
mod fake_pub_sub;
mod house;
mod joining;
mod media;
mod moderating;
mod moving;
mod talking;
