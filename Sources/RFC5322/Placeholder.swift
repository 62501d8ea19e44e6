// Makes way for the first file of this room.
