//! Tests of live rooms with a media engine and a pub/sub service that only pretend.

mod channels;
mod ending;
mod fake_chat;
mod fake_engine;
mod fake_ports;
mod fake_pub_sub;
mod house;
mod joining;
mod keeping;
mod media;
mod moderating;
mod moving;
mod talking;
