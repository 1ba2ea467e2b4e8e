"""What benches share: servers, load, yardsticks, reports."""
