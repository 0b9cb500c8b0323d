//! Damage done to JSON, the same in every run.

use serde_json::{Value, json};

/// SplitMix64.
pub struct Dice(u64);

impl Dice {
    pub const fn new(seed: u64) -> Self {
        Self(seed)
    }

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
    let values = [
        json!(null),
        json!(true),
        json!(-1),
        json!(0),
        json!(255),
        json!(65_536),
        json!(u64::MAX),
        json!(i64::MIN),
        json!(1e308),
        json!(""),
        json!("\u{0}"),
        json!("😀\u{202e}\u{feff}"),
        json!("x".repeat(20_000)),
        json!("%s%n"),
        json!([]),
        json!({}),
        json!((0..50).fold(json!(1), |inner, _| json!({ "a": [inner] }))),
        json!(vec![json!({}); 200]),
        json!("video/H264"),
        json!("audio/opus"),
        json!("L3T3_KEY"),
        json!("server"),
        json!("sha-512"),
        json!(96),
        json!({ "ssrc": 12 }),
        json!({ "apt": 97 }),
    ];
    values[dice.roll(values.len())].clone()
}

/// Damages a value in one place: something is missing, replaced, repeated or moved.
pub fn damage(dice: &mut Dice, value: &mut Value) {
    let mut all = Vec::new();
    paths(value, "", &mut all);
    let path = all[dice.roll(all.len())].clone();
    let other = all[dice.roll(all.len())].clone();
    match dice.roll(6) {
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
        3 => {
            if let Some(Value::Array(list)) = value.pointer_mut(&path)
                && let Some(last) = list.last().cloned()
            {
                let times = [1, 2, 40][dice.roll(3)];
                list.extend(std::iter::repeat_n(last, times));
            }
        }
        4 => {
            let taken = value.pointer(&other).unwrap().clone();
            *value.pointer_mut(&path).unwrap() = taken;
        }
        _ => {
            if let Some(Value::Number(number)) = value.pointer_mut(&path) {
                let text = json!(number.to_string());
                *value.pointer_mut(&path).unwrap() = text;
            }
        }
    }
}
