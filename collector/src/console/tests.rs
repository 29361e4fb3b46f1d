//! The console from the outside: real use cases over the real store, pages as a browser gets them.
//!
//! Everything that comes from hosts and people in these tests is hostile markup: no page may ever show it as markup.

mod desk;
mod door;
mod flow;
mod identity;
mod import;
mod lab;
mod manage;
mod notification;
mod page;
mod past;
mod people;
mod search;
mod speech;
