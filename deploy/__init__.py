"""Everything about running it: settings, environment, command line, embedded servers, demonstration, audit, benches, containers."""
