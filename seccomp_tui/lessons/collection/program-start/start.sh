#!/bin/sh
echo "The script runs."
cat words.txt
echo "cat has ended with $?."
