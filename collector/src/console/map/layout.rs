//! The layers of the service map: what depends on the item above it, what it depends on below, each layer a row.
//!
//! The horizontal is in percent and the vertical in pixels, so that the picture fits its slot without scaling text. A row is
//! bounded, and what does not fit stands in the table beside; every edge goes from one layer to the next, so that a cycle
//! cannot lead the drawing astray.

use std::collections::BTreeMap;

use crate::console::value;

/// Boxes in a row, with the one that counts the others.
const PER_ROW: usize = 4;
/// Height of a box and of a row, in pixels.
const BOX: usize = 44;
const ROW: usize = 84;
/// Longest text in a box, in characters: what fits into a quarter of a narrow screen.
const TEXT: usize = 14;

/// Something to be drawn.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::console) struct Spot {
    /// What tells it apart.
    pub(in crate::console) id: String,
    pub(in crate::console) name: String,
    pub(in crate::console) kind: String,
    pub(in crate::console) href: Option<String>,
    /// The class of its box.
    pub(in crate::console) look: &'static str,
    /// Layer: 0 is the start, above it is negative.
    pub(in crate::console) layer: i32,
    /// The spot on the way to the start, one layer nearer.
    pub(in crate::console) via: Option<String>,
    /// What the relation to that one says.
    pub(in crate::console) relation: String,
    /// What is laid over it: the class of its box, and the word in it.
    pub(in crate::console) mark: Option<(&'static str, String)>,
}

/// A box.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::console) struct Node {
    pub(in crate::console) x: String,
    pub(in crate::console) width: String,
    pub(in crate::console) y: usize,
    pub(in crate::console) name: String,
    pub(in crate::console) kind: String,
    pub(in crate::console) full: String,
    pub(in crate::console) href: Option<String>,
    pub(in crate::console) look: &'static str,
    /// The class of what is laid over it; empty when nothing is.
    pub(in crate::console) mark: &'static str,
}

/// A line between two boxes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::console) struct Line {
    pub(in crate::console) x1: String,
    pub(in crate::console) y1: usize,
    pub(in crate::console) x2: String,
    pub(in crate::console) y2: usize,
    pub(in crate::console) title: String,
}

/// The picture.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(in crate::console) struct Picture {
    pub(in crate::console) nodes: Vec<Node>,
    pub(in crate::console) lines: Vec<Line>,
    pub(in crate::console) height: usize,
}

/// A thousandth of the width as percent.
fn percent(thousandths: usize) -> String {
    format!("{}.{}%", thousandths / 10, thousandths % 10)
}

/// Draws layers; `more` says how many of a row are not drawn.
pub(in crate::console) fn draw(spots: &[Spot], more: impl Fn(usize) -> String) -> Picture {
    let mut layers: BTreeMap<i32, Vec<&Spot>> = BTreeMap::new();
    for spot in spots {
        layers.entry(spot.layer).or_default().push(spot);
    }
    let mut picture = Picture { height: layers.len() * ROW, ..Picture::default() };
    // Centre and top of what is drawn, by id.
    let mut places: BTreeMap<&str, (usize, usize)> = BTreeMap::new();
    for (row, layer) in layers.values().enumerate() {
        let drawn = if layer.len() > PER_ROW { PER_ROW - 1 } else { layer.len() };
        let boxes = if layer.len() > drawn { drawn + 1 } else { drawn };
        let slot = 1_000 / boxes.max(1);
        // A box alone in its row is no wider than a third.
        let width = (slot * 9 / 10).min(330);
        let y = row * ROW + (ROW - BOX) / 2;
        let left = |i: usize| i * slot + (slot - width) / 2;
        for (i, spot) in layer.iter().take(drawn).enumerate() {
            places.insert(&spot.id, (left(i) + width / 2, y));
            let word = spot.mark.as_ref().map_or(&spot.kind, |(_, word)| word);
            let said = spot.mark.as_ref().map(|(_, word)| format!(" ({word})")).unwrap_or_default();
            picture.nodes.push(Node {
                x: percent(left(i)),
                width: percent(width),
                y,
                name: value::middle(&spot.name, TEXT),
                kind: value::middle(word, TEXT),
                full: format!("{}: {}{said}", spot.kind, spot.name),
                href: spot.href.clone(),
                look: spot.look,
                mark: spot.mark.as_ref().map_or("", |(look, _)| *look),
            });
        }
        if layer.len() > drawn {
            let name = more(layer.len() - drawn);
            let (x, width, href) = (percent(left(drawn)), percent(width), Some("#reached".to_owned()));
            let (full, kind, look, mark) = (name.clone(), String::new(), "more", "");
            picture.nodes.push(Node { x, width, y, name, kind, full, href, look, mark });
        }
    }
    for spot in spots {
        let ends = (places.get(spot.id.as_str()), spot.via.as_ref().and_then(|via| places.get(via.as_str())));
        let (Some((x1, y1)), Some((x2, y2))) = ends else { continue };
        let (from, to) = if y1 < y2 { (y1 + BOX, *y2) } else { (*y1, y2 + BOX) };
        let title = spot.relation.clone();
        picture.lines.push(Line { x1: percent(*x1), y1: from, x2: percent(*x2), y2: to, title });
    }
    picture
}

#[cfg(test)]
mod tests {
    use super::*;

    fn spot(id: &str, layer: i32, via: Option<&str>) -> Spot {
        Spot {
            id: id.into(),
            name: format!("the name of {id}"),
            kind: "host".into(),
            href: None,
            look: "plain",
            layer,
            via: via.map(str::to_owned),
            relation: "runs on".into(),
            mark: None,
        }
    }

    #[test]
    fn layers_are_rows_and_lines_join_neighbours() {
        let spots = [spot("up", -1, Some("start")), spot("start", 0, None), spot("down", 1, Some("start"))];
        let picture = draw(&spots, |n| format!("+{n}"));
        assert_eq!(picture.height, 3 * ROW);
        let tops: Vec<usize> = picture.nodes.iter().map(|node| node.y).collect();
        assert_eq!(tops, [20, 104, 188]);
        assert_eq!(
            (picture.lines[0].y1, picture.lines[0].y2),
            (64, 104),
            "from below the one above to the top of the start"
        );
        assert_eq!((picture.lines[1].y1, picture.lines[1].y2), (188, 148));
        assert!(picture.nodes[0].name.chars().count() <= TEXT + 1 && picture.nodes[0].full.ends_with("the name of up"));
    }

    #[test]
    fn what_is_laid_over_a_box_stands_in_it_as_a_word_too() {
        let marked = Spot { mark: Some(("mark-bad", "silent".into())), ..spot("start", 0, None) };
        let picture = draw(&[marked], |n| format!("+{n}"));
        let node = &picture.nodes[0];
        assert_eq!((node.mark, node.kind.as_str(), node.look), ("mark-bad", "silent", "plain"));
        assert!(node.full.ends_with("the name of start (silent)"));
    }

    #[test]
    fn a_full_row_counts_what_it_leaves_out() {
        let mut spots = vec![spot("start", 0, None)];
        spots.extend((0..500).map(|n| spot(&format!("n{n}"), 1, Some("start"))));
        spots.push(spot("far", 2, Some("n400")));
        let picture = draw(&spots, |n| format!("+{n}"));
        assert_eq!((picture.nodes.len(), picture.lines.len()), (1 + PER_ROW + 1, PER_ROW - 1));
        assert_eq!(picture.nodes[PER_ROW].name, "+497");
        assert_eq!(draw(&[], |_| String::new()), Picture::default());
    }
}
