"""The gold questions put to the assistant: what was right, what was not, beside baselines."""
