//! The collector from the outside, in one process: real use cases over the real store, called through both routers.
//!
//! The modules follow the tree of addresses; `lab` is what all of them stand on. Time is moved by hand.

#[cfg(test)]
mod access;
#[cfg(test)]
mod access_resource;
#[cfg(test)]
mod account;
#[cfg(test)]
mod again;
#[cfg(test)]
mod agent;
#[cfg(test)]
mod alert;
#[cfg(test)]
mod approval;
#[cfg(test)]
mod asking;
#[cfg(test)]
mod audit;
#[cfg(test)]
mod availability;
#[cfg(test)]
mod bad_input;
#[cfg(test)]
mod ballot;
#[cfg(test)]
mod bridge;
#[cfg(test)]
mod calendar;
#[cfg(test)]
mod capacity;
#[cfg(test)]
mod case;
#[cfg(test)]
mod catalogue;
#[cfg(test)]
mod change;
#[cfg(test)]
mod class;
#[cfg(test)]
mod connection;
#[cfg(test)]
mod declared;
#[cfg(test)]
mod demo;
#[cfg(test)]
mod desk;
#[cfg(test)]
mod device;
#[cfg(test)]
mod difference;
#[cfg(test)]
mod drift;
#[cfg(test)]
mod edge;
#[cfg(test)]
mod enroll;
#[cfg(test)]
mod evidence;
#[cfg(test)]
mod exchange;
#[cfg(test)]
mod facet;
#[cfg(test)]
mod finding;
#[cfg(test)]
mod fleet;
#[cfg(test)]
mod follow_up;
#[cfg(test)]
mod grouping;
#[cfg(test)]
mod health;
#[cfg(test)]
mod host;
#[cfg(test)]
mod host_voice;
#[cfg(test)]
mod identification;
#[cfg(test)]
mod identity;
#[cfg(test)]
mod import;
#[cfg(test)]
mod improvement;
#[cfg(test)]
mod inventory;
#[cfg(test)]
mod item;
#[cfg(test)]
mod kept_past;
#[cfg(test)]
mod known_error;
#[cfg(test)]
mod kpi;
#[cfg(test)]
mod lab;
#[cfg(test)]
mod learner;
#[cfg(test)]
mod level;
#[cfg(test)]
mod majority;
#[cfg(test)]
mod mass;
#[cfg(test)]
mod matrix;
#[cfg(test)]
mod metrics;
#[cfg(test)]
mod notification;
#[cfg(test)]
mod on_call;
#[cfg(test)]
mod openapi;
#[cfg(test)]
mod own_vote;
#[cfg(test)]
mod past;
#[cfg(test)]
mod policy;
#[cfg(test)]
mod priority;
#[cfg(test)]
mod problem;
#[cfg(test)]
mod process;
#[cfg(test)]
mod profile;
#[cfg(test)]
mod random_desk;
#[cfg(test)]
mod reach;
#[cfg(test)]
mod relation;
#[cfg(test)]
mod relation_file;
#[cfg(test)]
mod report;
#[cfg(test)]
mod report_plan;
#[cfg(test)]
mod retention;
#[cfg(test)]
mod rollover;
#[cfg(test)]
mod said_history;
#[cfg(test)]
mod saved_search;
#[cfg(test)]
mod scenario;
#[cfg(test)]
mod search;
#[cfg(test)]
mod service;
#[cfg(test)]
mod short_list;
#[cfg(test)]
mod storm;
#[cfg(test)]
mod surroundings;
#[cfg(test)]
mod team;
#[cfg(test)]
mod ticket;
#[cfg(test)]
mod ticket_list;
#[cfg(test)]
mod told;
#[cfg(test)]
mod upsert;
#[cfg(test)]
mod voice;
#[cfg(test)]
mod vote_rule;
#[cfg(test)]
mod waiver;
#[cfg(test)]
mod watch;
