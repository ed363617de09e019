"""What is said of travel times by rail."""
