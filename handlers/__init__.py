"""What the product decides: one file per thing people say or time brings."""
