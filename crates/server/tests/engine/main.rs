//! The storage and the use cases on a real database: the embedded one, or the served one when
//! `PIMLICO_TEST_POSTGRES` names a cluster. The test command runs them once on each.

mod activation;
mod approval;
mod assignment;
mod edges;
mod grids;
mod guards;
mod jobs;
mod mails;
mod people;
mod second_account;
mod storage;
mod unsaid;
mod world;
