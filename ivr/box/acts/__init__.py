"""What a leg does for each verb: generators that yield how long they listen."""
