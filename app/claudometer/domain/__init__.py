"""What Claudometer knows: pure values and decisions, without I/O."""
