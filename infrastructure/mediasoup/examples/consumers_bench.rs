//! How much of a core one worker needs for one video stream that many receive.
//!
//! `cargo run -p infrastructure-mediasoup --example consumers_bench [consumers] [seconds] [kbit/s]`. RTP that looks like VP8 comes
//! in over UDP on loopback and goes out to UDP sockets, once in the clear and once per SRTP suite (which is what browsers
//! get). Linux only: CPU time is read from /proc.

#![allow(clippy::print_stdout)]

use std::error::Error;
use std::net::{IpAddr, Ipv4Addr, SocketAddr, UdpSocket};
use std::num::NonZeroU32;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant};

use application_room::MediaEngine;
use infrastructure_mediasoup::{MediasoupEngine, MediasoupEngineOptions, WorkerLogLevel};
use mediasoup::prelude::*;
use mediasoup::types::srtp_parameters::SrtpParameters;

const PACKET_OCTETS: usize = 1_100;
const FRAMES_PER_SECOND: u64 = 30;
const CLOCK_TICKS_PER_SECOND: f64 = 100.0;
const SSRC: u32 = 424_242;

struct Outcome {
    sent: u64,
    received: u64,
    expected: u64,
    cpu_percent: f64,
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let argument = |place: usize, default: u64| std::env::args().nth(place).map_or(Ok(default), |text| text.parse());
    let (consumers, seconds, kilobits) = (argument(1, 20)?, argument(2, 10)?, argument(3, 600)?);
    println!("one producer of {kilobits} kbit/s, {consumers} consumers, {seconds} s, one worker");
    println!("| transport                | packets in | packets out | lost | worker CPU (of one core) |");
    println!("|--------------------------|-----------:|------------:|-----:|-------------------------:|");
    for (name, suite) in [
        ("plain RTP", None),
        ("SRTP AES-256-GCM", Some(SrtpCryptoSuite::AeadAes256Gcm)),
        ("SRTP AES-CM-128 SHA1-80", Some(SrtpCryptoSuite::AesCm128HmacSha180)),
    ] {
        let outcome = measure(consumers, Duration::from_secs(seconds), kilobits, suite).await?;
        println!(
            "| {name:<24} | {:>10} | {:>11} | {:>4} | {:>22.1} % |",
            outcome.sent,
            outcome.received,
            outcome.expected.saturating_sub(outcome.received),
            outcome.cpu_percent
        );
    }
    Ok(())
}

async fn measure(
    consumers: u64,
    duration: Duration,
    kilobits: u64,
    suite: Option<SrtpCryptoSuite>,
) -> Result<Outcome, Box<dyn Error>> {
    let mut options = MediasoupEngineOptions::new();
    options.workers = 1;
    options.listen_ips = vec![IpAddr::V4(Ipv4Addr::LOCALHOST)];
    options.port_base = 0;
    options.log_level = WorkerLogLevel::None;
    let engine = MediasoupEngine::start(options).await?;
    let room = "0190a5e4-3c00-7000-8000-000000000001".parse()?;
    let info = engine.open_router(room, Arc::new(|_| {})).await?;
    let router = engine.mediasoup_router(&info.id)?;

    let mut incoming = PlainTransportOptions::new(listen());
    incoming.comedia = true;
    let source = router.create_plain_transport(incoming).await?;
    let producer = source.produce(ProducerOptions::new(MediaKind::Video, vp8()?)).await?;
    let capabilities: RtpCapabilities = serde_json::from_value(info.rtp_capabilities)?;

    let (received, stop) = (Arc::new(AtomicU64::new(0)), Arc::new(AtomicBool::new(false)));
    let (mut kept, mut sinks) = (Vec::new(), Vec::new());
    for _ in 0..consumers {
        let socket = UdpSocket::bind("127.0.0.1:0")?;
        let mut options = PlainTransportOptions::new(listen());
        options.enable_srtp = suite.is_some();
        options.srtp_crypto_suite = suite.unwrap_or_default();
        let transport = router.create_plain_transport(options).await?;
        transport
            .connect(PlainTransportRemoteParameters {
                ip: Some(IpAddr::V4(Ipv4Addr::LOCALHOST)),
                port: Some(socket.local_addr()?.port()),
                rtcp_port: None,
                // Nothing is decrypted here, so any key of the right length does.
                srtp_parameters: suite.map(|crypto_suite| SrtpParameters {
                    crypto_suite,
                    key_base64: "A".repeat(if crypto_suite == SrtpCryptoSuite::AeadAes256Gcm { 59 } else { 40 })
                        + if crypto_suite == SrtpCryptoSuite::AeadAes256Gcm { "=" } else { "" },
                }),
            })
            .await?;
        let consumer = transport.consume(ConsumerOptions::new(producer.id(), capabilities.clone())).await?;
        let ssrc = consumer.rtp_parameters().encodings.first().and_then(|encoding| encoding.ssrc).ok_or("no SSRC")?;
        kept.push((transport, consumer));
        sinks.push(sink(socket, ssrc, &received, &stop)?);
    }

    let to = SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), source.tuple().local_port());
    let (cpu_before, started) = (worker_cpu_seconds()?, Instant::now());
    let sent = tokio::task::spawn_blocking(move || send(to, duration, kilobits)).await??;
    let cpu_percent = 100.0 * (worker_cpu_seconds()? - cpu_before) / started.elapsed().as_secs_f64();
    tokio::time::sleep(Duration::from_millis(300)).await;
    stop.store(true, Ordering::Relaxed);
    for sink in sinks {
        let _ = sink.join();
    }
    drop((kept, producer, source, router));
    engine.shutdown().await;
    Ok(Outcome { sent, received: received.load(Ordering::Relaxed), expected: sent * consumers, cpu_percent })
}

/// Sends whole frames at an even pace; a key frame every three seconds.
fn send(to: SocketAddr, duration: Duration, kilobits: u64) -> std::io::Result<u64> {
    let socket = UdpSocket::bind("127.0.0.1:0")?;
    let frames = duration.as_secs() * FRAMES_PER_SECOND;
    let octets_per_second = kilobits * 1_000 / 8;
    let (mut sent, started) = (0_u64, Instant::now());
    for frame in 0..frames {
        let due = Duration::from_micros(frame * 1_000_000 / FRAMES_PER_SECOND);
        std::thread::sleep(due.saturating_sub(started.elapsed()));
        let until = (frame + 1) * octets_per_second / FRAMES_PER_SECOND;
        let mut first = true;
        while first || (sent + 1) * PACKET_OCTETS as u64 <= until {
            let last = (sent + 2) * PACKET_OCTETS as u64 > until;
            socket.send_to(&packet(sent, frame, first, last), to)?;
            sent += 1;
            first = false;
        }
    }
    Ok(sent)
}

/// RTP (RFC 3550) with a VP8 payload descriptor (RFC 7741) that says where frames begin.
fn packet(number: u64, frame: u64, first: bool, last: bool) -> Vec<u8> {
    let mut packet = vec![0x80, 96 | if last { 0x80 } else { 0 }];
    packet.extend(((number % 65_536) as u16).to_be_bytes());
    packet.extend((((frame * 90_000 / FRAMES_PER_SECOND) % (1 << 32)) as u32).to_be_bytes());
    packet.extend(SSRC.to_be_bytes());
    packet.push(if first { 0x10 } else { 0 });
    // The payload's first bit is 0 in a key frame.
    packet.push(u8::from(!frame.is_multiple_of(3 * FRAMES_PER_SECOND)));
    packet.resize(PACKET_OCTETS, 0x55);
    packet
}

/// Counts the media packets that arrive: not RTCP (RFC 5761), and not what the worker sends to probe the bandwidth.
fn sink(
    socket: UdpSocket,
    ssrc: u32,
    received: &Arc<AtomicU64>,
    stop: &Arc<AtomicBool>,
) -> std::io::Result<std::thread::JoinHandle<()>> {
    socket.set_read_timeout(Some(Duration::from_millis(100)))?;
    let (received, stop) = (Arc::clone(received), Arc::clone(stop));
    Ok(std::thread::spawn(move || {
        let mut buffer = [0; 2_048];
        while !stop.load(Ordering::Relaxed) {
            if let Ok(octets) = socket.recv(&mut buffer)
                && octets > 12
                && !(192..=223).contains(&buffer[1])
                && buffer[8..12] == ssrc.to_be_bytes()
            {
                received.fetch_add(1, Ordering::Relaxed);
            }
        }
    }))
}

fn worker_cpu_seconds() -> Result<f64, Box<dyn Error>> {
    let mut ticks = 0_u64;
    for task in std::fs::read_dir("/proc/self/task")? {
        let path = task?.path();
        let Ok(name) = std::fs::read_to_string(path.join("comm")) else { continue };
        if !name.starts_with("mediasoup-worke") {
            continue;
        }
        let stat = std::fs::read_to_string(path.join("stat"))?;
        // After the name in brackets: state is field 3, utime 14, stime 15.
        let fields: Vec<&str> = stat.rsplit(')').next().unwrap_or_default().split_whitespace().collect();
        for field in [11, 12] {
            ticks += fields.get(field).ok_or("unexpected /proc format")?.parse::<u64>()?;
        }
    }
    Ok(ticks as f64 / CLOCK_TICKS_PER_SECOND)
}

fn listen() -> ListenInfo {
    ListenInfo {
        protocol: Protocol::Udp,
        ip: IpAddr::V4(Ipv4Addr::LOCALHOST),
        announced_address: None,
        expose_internal_ip: false,
        port: None,
        port_range: None,
        flags: None,
        send_buffer_size: None,
        recv_buffer_size: None,
    }
}

fn vp8() -> Result<RtpParameters, Box<dyn Error>> {
    Ok(RtpParameters {
        mid: None,
        codecs: vec![RtpCodecParameters::Video {
            mime_type: MimeTypeVideo::Vp8,
            payload_type: 96,
            clock_rate: NonZeroU32::new(90_000).ok_or("zero")?,
            parameters: RtpCodecParametersParameters::default(),
            rtcp_feedback: vec![RtcpFeedback::Nack, RtcpFeedback::NackPli],
        }],
        header_extensions: vec![],
        encodings: vec![RtpEncodingParameters { ssrc: Some(SSRC), ..RtpEncodingParameters::default() }],
        rtcp: RtcpParameters { cname: Some("bench".to_owned()), reduced_size: true },
        msid: None,
    })
}
