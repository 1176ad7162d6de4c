"""How alerts leave: mail and Slack, and the engine that delivers what the register has queued."""
