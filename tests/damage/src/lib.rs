//! Damages JSON as a hostile client would, the same in every run. For tests only: whatever is damaged here has to get an
//! answer and do no harm.

// It works on paths that it has just found.
#![expect(clippy::unwrap_used, reason = "only tests use it")]

use serde_json::{Map, Value, json};

/// Chance that can be repeated: SplitMix64.
#[derive(Debug)]
pub struct Dice(u64);

impl Dice {
    /// The same seed rolls the same.
    #[must_use]
    pub const fn new(seed: u64) -> Self {
        Self(seed)
    }

    /// One of `sides` numbers, from 0.
    ///
    /// # Panics
    /// With no sides.
    pub fn roll(&mut self, sides: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        usize::try_from((mixed ^ (mixed >> 31)) % sides as u64).unwrap()
    }
}

fn paths(value: &Value, path: &str, found: &mut Vec<String>) {
    found.push(path.to_owned());
    match value {
        Value::Object(map) => {
            for (name, value) in map {
                paths(value, &format!("{path}/{}", name.replace('~', "~0").replace('/', "~1")), found);
            }
        }
        Value::Array(list) => {
            for (index, value) in list.iter().enumerate() {
                paths(value, &format!("{path}/{index}"), found);
            }
        }
        _ => {}
    }
}

fn anything(dice: &mut Dice) -> Value {
    let nested = |depth: usize| (0..depth).fold(json!(1), |inner, _| json!({"a": [inner]}));
    match dice.roll(30) {
        0 => Value::Null,
        1 => json!(true),
        2 => json!(0),
        3 => json!(-1),
        4 => json!(1),
        5 => json!(127),
        6 => json!(128),
        7 => json!(255),
        8 => json!(256),
        9 => json!(65_536),
        10 => json!(u32::MAX),
        11 => json!(u64::from(u32::MAX) + 1),
        12 => json!(u64::MAX),
        13 => json!(i64::MIN),
        14 => json!(1.5),
        15 => json!(1e308),
        16 => json!(""),
        17 => json!(" "),
        18 => json!("0"),
        19 => json!("\u{0}"),
        20 => json!("😀é\u{202e}\u{feff}"),
        21 => json!("A".repeat(95)),
        22 => json!("é".repeat(47) + "A"),
        23 => json!("x".repeat(100_000)),
        24 => json!("%s%n%x"),
        25 => json!([]),
        26 => json!({}),
        27 => nested(40),
        28 => json!(vec![json!({}); 300]),
        _ => json!((0..300).map(|n| (n.to_string(), json!(n))).collect::<Map<String, Value>>()),
    }
}

/// Other valid values for fields that decide how the worker goes on.
fn plausible(dice: &mut Dice) -> Value {
    let values = [
        json!("video/rtx"),
        json!("video/red"),
        json!("video/ulpfec"),
        json!("video/VP9"),
        json!("video/AV1"),
        json!("video/H264"),
        json!("audio/opus"),
        json!("audio/PCMU"),
        json!("audio/red"),
        json!("L3T3_KEY"),
        json!("S3T3"),
        json!("L1T1"),
        json!("L9T9"),
        json!("L1T2"),
        json!("r0"),
        json!("r1"),
        json!("server"),
        json!("auto"),
        json!("sha-1"),
        json!("sha-512"),
        json!(96),
        json!(97),
        json!(111),
        json!(4),
        json!(10),
        json!(90_000),
        json!(48_000),
        json!(1_000_000),
        json!("urn:ietf:params:rtp-hdrext:sdes:mid"),
        json!({"ssrc": 1_000_000}),
        json!({"ssrc": 12}),
        json!({"apt": 96}),
        json!({"apt": 97}),
    ];
    values[dice.roll(values.len())].clone()
}

/// Damages a value in one place: something is missing, replaced, repeated, moved or cut.
///
/// # Panics
/// Never: the places are those of the value.
pub fn damage(dice: &mut Dice, value: &mut Value) {
    let mut all = Vec::new();
    paths(value, "", &mut all);
    let path = all[dice.roll(all.len())].clone();
    let other = all[dice.roll(all.len())].clone();
    match dice.roll(8) {
        0 => {
            let Some((parent, name)) = path.rsplit_once('/') else { return };
            match value.pointer_mut(parent) {
                Some(Value::Object(map)) => {
                    map.remove(&name.replace("~1", "/").replace("~0", "~"));
                }
                Some(Value::Array(list)) => {
                    list.remove(name.parse().unwrap());
                }
                _ => {}
            }
        }
        1 | 2 => *value.pointer_mut(&path).unwrap() = anything(dice),
        3 | 4 => *value.pointer_mut(&path).unwrap() = plausible(dice),
        5 => {
            if let Some(Value::Array(list)) = value.pointer_mut(&path)
                && let Some(last) = list.last().cloned()
            {
                let times = [1, 1, 2, 7, 40][dice.roll(5)];
                list.extend(std::iter::repeat_n(last, times));
            }
        }
        6 => {
            let taken = value.pointer(&other).unwrap().clone();
            *value.pointer_mut(&path).unwrap() = taken;
        }
        _ => match value.pointer_mut(&path) {
            Some(Value::Array(list)) => list.reverse(),
            Some(Value::String(text)) => {
                let cut = (0..=text.len())
                    .filter(|at| text.is_char_boundary(*at))
                    .nth(dice.roll(text.len() + 1))
                    .unwrap_or(0);
                text.truncate(cut);
            }
            Some(Value::Number(number)) => *value.pointer_mut(&path).unwrap() = json!(number.to_string()),
            Some(Value::Object(map)) => {
                map.insert("é/~".to_owned(), anything(dice));
            }
            _ => {}
        },
    }
}
