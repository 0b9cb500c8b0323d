//! What crosses layers: port contracts, REST, signalling and architecture rules.
