//! The documented examples of each package manager, and the laws of an order.

use std::cmp::Ordering::{Equal, Greater, Less};

use proptest::prelude::*;

use super::*;

#[test]
fn each_manager_has_its_own_order() {
    for (manager, left, right, wanted) in [
        ("dpkg", "1.9", "1.10", Less),
        ("dpkg", "1:0.1", "2.0", Greater),
        ("dpkg", "1.0~rc1", "1.0", Less),
        ("dpkg", "3.0.11-1~deb12u2", "3.0.11-1", Less),
        ("rpm", "1.0", "1.0.0", Less),
        ("rpm", "1.05", "1.5", Equal),
        ("rpm", "2.0.1a", "2.0.1", Greater),
        ("rpm", "1.0~rc1", "1.0", Less),
        ("rpm", "1.0^git1", "1.0", Greater),
        ("rpm", "1.0^git1", "1.0.1", Less),
        ("rpm", "1.0~rc1^git1", "1.0~rc1", Greater),
        ("rpm", "5.5p10", "5.5p1", Greater),
        ("rpm", "10xyz", "10.1xyz", Less),
        ("rpm", "xyz10", "xyz10.1", Less),
        ("rpm", "1:1.0-1", "2.0-1", Greater),
        ("rpm", "3.0.7-24.el9", "3.0.7-6.el9_2", Greater),
        ("rpm", "3.0.7-24.el9", "3.0.7", Equal),
        ("rpm", "fc4", "fc.4", Equal),
        ("pacman", "1.0a", "1.0", Less),
        ("pacman", "1.0alpha", "1.0b", Less),
        ("pacman", "1.0b", "1.0beta", Less),
        ("pacman", "1.0", "1.0.a", Less),
        ("pacman", "1.0.a", "1.0.1", Less),
        ("pacman", "1:1.0-1", "36.0-1", Greater),
        ("pacman", "1.5-1", "1.5", Equal),
        ("apk", "1.2.3-r1", "1.2.3-r10", Less),
        ("apk", "1.2.3_rc1", "1.2.3", Less),
        ("apk", "1.2.3_p1", "1.2.3", Greater),
        ("apk", "1.2.3_alpha2", "1.2.3_beta1", Less),
        ("apk", "1.05", "1.1", Less),
        ("apk", "1.2a", "1.2", Greater),
        ("apk", "1.2_git20240101", "1.2_git20231231", Greater),
        ("pip", "1.0.dev1", "1.0a1", Less),
        ("pip", "1.0rc1", "1.0", Less),
        ("pip", "1.0", "1.0.post1", Less),
        ("pip", "1!0.1", "2.0", Greater),
        ("pip", "1.0", "1.0.0", Equal),
        ("npm", "1.0.0-alpha.2", "1.0.0-alpha.10", Less),
        ("npm", "1.0.0+a", "1.0.0+b", Equal),
        ("cargo", "0.10.0", "0.9.9", Greater),
    ] {
        assert_eq!(compare(manager, left, right), Some(wanted), "{manager}: {left} {right}");
        assert_eq!(compare(manager, right, left), Some(wanted.reverse()), "{manager}: {right} {left}");
    }
}

#[test]
fn what_follows_no_rules_is_compared_number_by_number() {
    assert_eq!(compare("snap", "1", "2"), None);
    assert_eq!(compare("npm", "1.0", "1.0.0"), None, "npm's versions have three numbers");
    for (manager, left, right, wanted) in [
        ("snap", "2.9", "2.10", Less),
        ("npm", "1.9", "1.10.0", Less),
        ("", "6.1.0-25-amd64", "6.1.0-9-amd64", Greater),
    ] {
        assert_eq!(order(manager, left, right), wanted, "{manager}: {left} {right}");
    }
}

proptest! {
    #[test]
    fn an_order_is_one(
        manager in prop::sample::select(vec!["dpkg", "rpm", "pacman", "apk", "pip", "npm", "snap"]),
        texts in prop::collection::vec("[0-9]{1,2}(\\.[0-9a-c~^_-]{1,3}){0,3}(_rc[0-9]|-r?[0-9])?", 2),
    ) {
        let [left, right] = texts.as_slice() else { unreachable!() };
        prop_assert_eq!(order(manager, left, left), Equal);
        prop_assert_eq!(order(manager, left, right), order(manager, right, left).reverse());
    }

    #[test]
    fn no_text_is_too_odd(manager in prop::sample::select(vec!["dpkg", "rpm", "pacman", "apk", "pip", "npm", ""]), left: String, right: String) {
        prop_assert_eq!(order(manager, &left, &right), order(manager, &right, &left).reverse());
    }
}
