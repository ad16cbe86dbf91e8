//! The program as its users meet it: what it prints, and with which status it exits.

mod bad_input;
mod closed_pipe;
mod craft;
mod forms;
mod hostile;
mod live;
mod pages;
mod run;
