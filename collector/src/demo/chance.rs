//! Chance that comes out the same every time: splitmix64 over a seed and the name of what is drawn for, so that one thing more that is
//! drawn changes nothing of the others.

/// A source of chance.
#[derive(Clone, Debug)]
pub(super) struct Chance(u64);

impl Chance {
    /// Chance for one purpose.
    pub(super) fn of(seed: u64, purpose: &str) -> Self {
        let fold = |state: u64, byte: u8| (state ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
        Self(purpose.bytes().fold(seed ^ 0xcbf2_9ce4_8422_2325, fold))
    }

    fn draw(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// A number below another one; nothing is below 0 but 0.
    pub(super) fn below(&mut self, bound: i64) -> i64 {
        let bound = u64::try_from(bound).unwrap_or_default().max(1);
        i64::try_from(self.draw() % bound).unwrap_or_default()
    }

    /// Whether it happens, in so many of a hundred times.
    pub(super) fn happens(&mut self, percent: i64) -> bool {
        self.below(100) < percent
    }

    /// One of several; nothing of none.
    pub(super) fn one_of<'a, T>(&mut self, all: &'a [T]) -> Option<&'a T> {
        let place = self.below(i64::try_from(all.len()).unwrap_or_default());
        all.get(usize::try_from(place).unwrap_or_default())
    }

    /// One of several words.
    pub(super) fn word<'a>(&mut self, all: &[&'a str]) -> &'a str {
        self.one_of(all).copied().unwrap_or_default()
    }

    /// So many digits of hex.
    pub(super) fn hex(&mut self, digits: usize) -> String {
        let mut text = String::new();
        while text.len() < digits {
            text.extend(std::iter::once(format!("{:016x}", self.draw())));
        }
        text.truncate(digits);
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_seed_draws_the_same_and_another_purpose_draws_otherwise() {
        let drawn = |seed, purpose| {
            let mut chance = Chance::of(seed, purpose);
            (0..20).map(|_| chance.below(1_000)).collect::<Vec<_>>()
        };
        assert_eq!(drawn(7, "hosts"), drawn(7, "hosts"));
        assert_ne!(drawn(7, "hosts"), drawn(7, "people"));
        assert_ne!(drawn(7, "hosts"), drawn(8, "hosts"));
    }

    #[test]
    fn what_is_drawn_stays_in_its_bounds() {
        let mut chance = Chance::of(1, "bounds");
        assert!((0..1_000).all(|_| (0..7).contains(&chance.below(7))));
        assert_eq!(chance.below(0), 0);
        assert_eq!((chance.one_of::<u8>(&[]), chance.hex(33).len()), (None, 33));
        let times = (0..1_000).filter(|_| chance.happens(30)).count();
        assert!((200..400).contains(&times), "{times}");
    }
}
