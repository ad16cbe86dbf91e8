//! Tests of the parser's behaviour, through its public face.

#[cfg(test)]
mod addresses;
#[cfg(test)]
mod anomalies;
#[cfg(test)]
mod challenges;
#[cfg(test)]
mod detection;
#[cfg(test)]
mod faults;
#[cfg(test)]
mod framing;
#[cfg(test)]
mod generated;
#[cfg(test)]
mod headers;
#[cfg(test)]
mod hostile;
#[cfg(test)]
mod mutations;
#[cfg(test)]
mod oracles;
#[cfg(test)]
mod printed_again;
#[cfg(test)]
mod printing;
#[cfg(test)]
mod registry;
#[cfg(test)]
mod samples;
#[cfg(test)]
mod start_lines;
#[cfg(test)]
mod torture;
#[cfg(test)]
mod typed_headers;
#[cfg(test)]
mod uris;
#[cfg(test)]
mod value_faults;
#[cfg(test)]
mod vias;
#[cfg(test)]
mod witnesses;
