//! The program `open-meeting` as its users meet it: started as a process, ended by signals, with things missing.

mod dev;
mod doctor;
mod failures;
mod process;
mod serve;
