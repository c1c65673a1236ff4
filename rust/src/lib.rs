//! The compiled planning kernel of Geryon: the fast twin of `python/geryon/kernels/pure`.
//!
//! `python.rs` alone knows Python. Everything else is a function of the program's bytes (docs/program-format.md).

#![deny(unsafe_code)]

pub mod arithmetic;
pub mod canonical;
pub mod compare;
pub mod components;
pub mod compose;
pub mod count;
pub mod cursor;
pub mod distinct;
pub mod evaluator;
pub mod expression;
pub mod fault;
pub mod float;
pub mod fragment;
pub mod layout;
pub mod lines;
pub mod memo;
pub mod merge;
pub mod program;
#[cfg(feature = "python")]
mod python;
pub mod quote;
pub mod read;
pub mod render;
pub mod schedule;
pub mod tags;
#[cfg(test)]
mod testing;
pub mod value;
pub mod walk;
